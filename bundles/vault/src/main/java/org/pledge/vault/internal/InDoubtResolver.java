package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.spi.VaultStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks what became of movements in doubt, less and less often, and finds those that a crash left behind. */
@Component(
        immediate = true,
        configurationPid = VaultConfig.PID,
        service = {})
public final class InDoubtResolver {
    private static final Logger LOG = LoggerFactory.getLogger(InDoubtResolver.class);
    private static final int AT_ONCE = 100;
    private static final long EVERY_SECONDS = 2;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);
    private static final int HOUSES_AT_ONCE = 4;

    private record Turn(Instant due, Duration pause) {
        Turn after(Instant now, Duration longest) {
            Duration next = pause.multipliedBy(2);
            Duration bounded = next.compareTo(longest) > 0 ? longest : next;
            return new Turn(now.plus(bounded), bounded);
        }
    }

    /** A clearing house of a tenant; without a name where the record does not tell it. */
    private record House(TenantId tenant, String partner) {}

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final Movements movements;
    private final Clock clock;
    private final Duration sent;
    private final Duration first;
    private final Map<UUID, Turn> turns = new ConcurrentHashMap<>();
    private final Map<UUID, House> houses = new HashMap<>();
    /** Those that did not answer, and when they are asked again. */
    private final Map<House, Turn> silent = new ConcurrentHashMap<>();

    private final Set<House> busy = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer;
    private final ExecutorService askers;

    /** In the container. */
    @Activate
    public InDoubtResolver(
            VaultConfig config,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference Movements movements) {
        this(
                transactions,
                store,
                movements,
                Clock.systemUTC(),
                Duration.ofSeconds(config.sent_seconds()),
                Duration.ofSeconds(config.ask_seconds()),
                Executors.newFixedThreadPool(HOUSES_AT_ONCE, InDoubtResolver::thread));
        timer.scheduleWithFixedDelay(this::tryRun, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    InDoubtResolver(
            VaultTransactions transactions,
            VaultStore store,
            Movements movements,
            Clock clock,
            Duration sent,
            Duration first,
            ExecutorService askers) {
        this.transactions = transactions;
        this.store = store;
        this.movements = movements;
        this.clock = clock;
        this.sent = sent;
        this.first = first;
        this.timer = Executors.newSingleThreadScheduledExecutor(InDoubtResolver::thread);
        this.askers = askers;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "pledge-vault-in-doubt");
        thread.setDaemon(true);
        return thread;
    }

    /** Does not interrupt what runs, because that could close the database's files. */
    @Deactivate
    void stop() {
        timer.shutdown();
        askers.shutdown();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Movements in doubt could not be looked at ({}); this is tried again.",
                    e.getClass().getName());
        }
    }

    void run() {
        Instant now = clock.instant();
        stuck(State.INTENT, now.minus(sent))
                .forEach(payment -> movements.giveUp(system(payment), payment, Movements.NOT_SENT));
        stuck(State.SENT, now.minus(sent)).forEach(payment -> movements.doubt(system(payment), payment));
        List<Payment> doubtful = stuck(State.IN_DOUBT, now.plusSeconds(1));
        Set<UUID> open = doubtful.stream().map(Payment::id).collect(Collectors.toSet());
        turns.keySet().retainAll(open);
        houses.keySet().retainAll(open);
        Map<House, List<Payment>> due = doubtful.stream()
                .filter(payment -> isDue(payment, now))
                .collect(Collectors.groupingBy(this::house, LinkedHashMap::new, Collectors.toList()));
        silent.keySet().retainAll(houses.values());
        due.forEach((house, payments) -> {
            boolean pauses =
                    silent.containsKey(house) && now.isBefore(silent.get(house).due());
            if (!pauses && busy.add(house)) {
                begin(house, payments);
            }
        });
    }

    private boolean isDue(Payment payment, Instant now) {
        Turn turn = turns.computeIfAbsent(
                payment.id(), id -> new Turn(payment.changed().plus(first), first));
        return !now.isBefore(turn.due());
    }

    private House house(Payment payment) {
        return houses.computeIfAbsent(
                payment.id(),
                id -> new House(payment.tenant(), movements.partner(payment).orElse("")));
    }

    private void begin(House house, List<Payment> payments) {
        boolean begun = false;
        try {
            askers.execute(() -> {
                try {
                    ask(house, payments);
                } finally {
                    busy.remove(house);
                }
            });
            begun = true;
        } finally {
            if (!begun) {
                busy.remove(house);
            }
        }
    }

    /** One house's turn, which ends early so that no house waits for another one's long list or long silence. */
    private void ask(House house, List<Payment> payments) {
        Instant end = clock.instant().plus(LONGEST_TURN);
        for (Payment payment : payments) {
            Instant now = clock.instant();
            if (now.isAfter(end)) {
                return;
            }
            turns.computeIfPresent(payment.id(), (id, turn) -> turn.after(now, LONGEST_PAUSE));
            if (answers(payment)) {
                silent.remove(house);
            } else if (!house.partner().isEmpty()) {
                Instant then = clock.instant();
                silent.merge(
                        house, new Turn(then.plus(first), first), (turn, next) -> turn.after(then, LONGEST_SILENCE));
                return;
            }
        }
    }

    private boolean answers(Payment payment) {
        try {
            return movements.ask(system(payment), payment).state() != State.IN_DOUBT;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "The movement {} could not be asked for ({}); this is tried again.",
                    payment.id(),
                    e.getClass().getName());
            return false;
        }
    }

    private List<Payment> stuck(State state, Instant before) {
        int most = state == State.IN_DOUBT ? AT_ONCE * AT_ONCE : AT_ONCE;
        return transactions.required(() -> store.stuck(List.of(state), before, most));
    }

    private static Caller system(Payment payment) {
        return Caller.system(payment.tenant());
    }
}
