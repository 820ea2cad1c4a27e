package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
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

    private record Turn(Instant due, Duration pause) {}

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final Movements movements;
    private final Clock clock;
    private final Duration sent;
    private final Duration first;
    private final Map<UUID, Turn> turns = new HashMap<>();
    private final ScheduledExecutorService timer;

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
                Duration.ofSeconds(config.ask_seconds()));
        timer.scheduleWithFixedDelay(this::tryRun, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    InDoubtResolver(
            VaultTransactions transactions,
            VaultStore store,
            Movements movements,
            Clock clock,
            Duration sent,
            Duration first) {
        this.transactions = transactions;
        this.store = store;
        this.movements = movements;
        this.clock = clock;
        this.sent = sent;
        this.first = first;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-vault-in-doubt");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does not interrupt what runs, because that could close the database's files. */
    @Deactivate
    void stop() {
        timer.shutdown();
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
        Set<UUID> open = new HashSet<>();
        doubtful.forEach(payment -> open.add(payment.id()));
        turns.keySet().retainAll(open);
        doubtful.forEach(payment -> ask(payment, now));
    }

    private List<Payment> stuck(State state, Instant before) {
        int most = state == State.IN_DOUBT ? AT_ONCE * AT_ONCE : AT_ONCE;
        return transactions.required(() -> store.stuck(List.of(state), before, most));
    }

    private void ask(Payment payment, Instant now) {
        Turn turn = turns.computeIfAbsent(
                payment.id(), id -> new Turn(payment.changed().plus(first), first));
        if (now.isBefore(turn.due())) {
            return;
        }
        Duration next = turn.pause().multipliedBy(2);
        Duration pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
        turns.put(payment.id(), new Turn(now.plus(pause), pause));
        try {
            movements.ask(system(payment), payment);
        } catch (RuntimeException e) {
            LOG.warn(
                    "The movement {} could not be asked for ({}); this is tried again.",
                    payment.id(),
                    e.getClass().getName());
        }
    }

    private static Caller system(Payment payment) {
        return Caller.system(payment.tenant());
    }
}
