package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the vault's acts on to the audit log, in their order and at least once, and removes what is too old. */
@Component(service = AuditRelay.class, immediate = true, configurationPid = VaultConfig.PID)
public final class AuditRelay {
    private static final Logger LOG = LoggerFactory.getLogger(AuditRelay.class);
    private static final int AT_ONCE = 200;
    /** Acts that another process recorded are found this late at most. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_REMOVALS = Duration.ofHours(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final VaultTransactions vault;
    private final VaultStore store;
    private final Transactions main;
    private final AuditLog audit;
    private final Clock clock;
    private final int months;
    private final Set<UUID> appended = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock order = new ReentrantReadWriteLock(true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean announced = true;
    private boolean ended;
    private Instant removal = Instant.MIN;
    private boolean failing;

    /** In the container. */
    @Activate
    public AuditRelay(
            @Reference VaultTransactions vault,
            @Reference VaultStore store,
            @Reference Transactions main,
            @Reference AuditLog audit,
            VaultConfig config) {
        this(vault, store, main, audit, Clock.systemUTC(), config.record_months());
        start();
    }

    AuditRelay(VaultTransactions vault, VaultStore store, Transactions main, AuditLog audit, Clock clock, int months) {
        this.vault = vault;
        this.store = store;
        this.main = main;
        this.audit = audit;
        this.clock = clock;
        this.months = months;
        this.thread = new Thread(this::run, "pledge-vault-relay");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread without interrupting it, because that could close the database's files. */
    @Deactivate
    void stop() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that there is something to hand on. */
    void wake() {
        lock.lock();
        try {
            announced = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records an act and has its leaf durable in the audit log before this returns. When only that fails the leaf is
     * handed on later, as every other.
     *
     * @param act records it in a transaction of its own
     */
    void appendNow(Supplier<Event> act) {
        order.readLock().lock();
        try {
            Event event = act.get();
            main.required(() -> audit.append(event.leaf()));
            appended.add(event.id());
        } finally {
            order.readLock().unlock();
        }
    }

    /** Hands on what waits, up to a number; returns how many acts these were. */
    int handOn() {
        order.writeLock().lock();
        try {
            return vault.required(() -> {
                List<Event> events = store.lockUnrelayed(AT_ONCE);
                List<Leaf> leaves = events.stream()
                        .filter(event -> !appended.contains(event.id()))
                        .map(Event::leaf)
                        .toList();
                if (!leaves.isEmpty()) {
                    append(leaves);
                }
                if (!events.isEmpty()) {
                    store.relayed(events);
                    vault.afterCommit(() -> events.forEach(event -> appended.remove(event.id())));
                }
                return events.size();
            });
        } finally {
            order.writeLock().unlock();
        }
    }

    /** One leaf that the audit log takes for personal data must not keep all others back for ever. */
    private void append(List<Leaf> leaves) {
        try {
            main.required(() -> audit.appendAll(leaves));
        } catch (IllegalArgumentException e) {
            main.required(() -> leaves.forEach(this::appendOrWithhold));
        }
    }

    private void appendOrWithhold(Leaf leaf) {
        try {
            audit.append(leaf);
        } catch (IllegalArgumentException e) {
            LOG.error("The details of an act of the vault cannot be in the audit log: {}", e.getMessage());
            audit.append(new Leaf(
                    leaf.tenant(),
                    leaf.at(),
                    leaf.act(),
                    leaf.actor(),
                    leaf.subject(),
                    leaf.promises(),
                    Map.of("event", leaf.details().getOrDefault("event", ""), "reason", "details-withheld")));
        }
    }

    /** Removes acts that were handed on and are older than they are kept. */
    int removeOld() {
        Instant before = ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)
                .minusMonths(months)
                .toInstant();
        return vault.required(() -> store.removeEvents(before, AT_ONCE));
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (await(pause)) {
            pause = step();
        }
    }

    /** The edge of a thread of our own: what fails now stays where it is and is tried again. */
    private Duration step() {
        try {
            int done = handOn();
            failing = false;
            if (done == 0 && !clock.instant().isBefore(removal)) {
                done = removeOld();
                removal = done == 0 ? clock.instant().plus(BETWEEN_REMOVALS) : removal;
            }
            return done == 0 ? LONGEST_PAUSE : Duration.ZERO;
        } catch (RuntimeException | LinkageError e) {
            if (!failing) {
                LOG.warn(
                        "Acts of the vault wait for the audit log ({}); this is tried again until it works.",
                        e.getClass().getName());
            }
            failing = true;
            return AFTER_A_FAILURE;
        }
    }

    private boolean await(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!announced && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            announced = false;
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
