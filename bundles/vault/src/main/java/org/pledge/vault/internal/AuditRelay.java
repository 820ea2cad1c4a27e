package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.LedgerRollbacks;
import org.pledge.audit.LedgerRollbacks.Rollback;
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

    private static final Duration GATHER = Duration.ofMillis(50);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_REMOVALS = Duration.ofHours(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final VaultTransactions vault;
    private final VaultStore store;
    private final Transactions main;
    private final AuditLog audit;
    private final Supplier<Set<TenantId>> refusing;
    private final Clock clock;
    private final int months;
    private final Set<UUID> appended = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock order = new ReentrantReadWriteLock(true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private int announced = 1;
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
            @Reference LedgerRollbacks rollbacks,
            VaultConfig config) {
        this(
                vault,
                store,
                main,
                audit,
                () -> rollbacks.waiting().stream().map(Rollback::tenant).collect(Collectors.toSet()),
                Clock.systemUTC(),
                config.record_months());
        start();
    }

    AuditRelay(VaultTransactions vault, VaultStore store, Transactions main, AuditLog audit, Clock clock, int months) {
        this(vault, store, main, audit, Set::of, clock, months);
    }

    AuditRelay(
            VaultTransactions vault,
            VaultStore store,
            Transactions main,
            AuditLog audit,
            Supplier<Set<TenantId>> refusing,
            Clock clock,
            int months) {
        this.vault = vault;
        this.store = store;
        this.main = main;
        this.audit = audit;
        this.refusing = refusing;
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
            announced++;
            if (announced == 1 || announced == AT_ONCE) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records acts and has their leaves durable in the audit log before this returns. A leaf of which only that fails is
     * handed on later, as every other.
     *
     * @param acts records them in a transaction of their own
     * @return whether the audit log has each
     */
    List<Boolean> appendNow(Supplier<List<Event>> acts) {
        order.readLock().lock();
        try {
            return append(acts.get());
        } finally {
            order.readLock().unlock();
        }
    }

    /** One by one only where one is at fault: after any other failure the audit log may have them, or takes none now. */
    private List<Boolean> append(List<Event> events) {
        boolean done = false;
        try {
            main.required(() -> audit.appendAll(events.stream().map(Event::leaf).toList()));
            events.forEach(event -> appended.add(event.id()));
            done = true;
        } catch (IllegalArgumentException e) {
            if (events.size() > 1) {
                return events.stream()
                        .flatMap(event -> append(List.of(event)).stream())
                        .toList();
            }
        } catch (RuntimeException e) {
            done = false;
        }
        return Collections.nCopies(events.size(), done);
    }

    /**
     * Hands on what waits, up to a number; returns how many acts these were. What is of tenants to whose record nothing is
     * added now waits on, and holds up nobody else's.
     */
    int handOn() {
        Set<TenantId> without = refusing.get();
        order.writeLock().lock();
        try {
            return vault.required(() -> {
                List<Event> events = store.lockUnrelayed(AT_ONCE, without);
                List<Leaf> leaves = events.stream()
                        .filter(event -> !appended.contains(event.id()))
                        .map(Event::leaf)
                        .toList();
                if (!leaves.isEmpty()) {
                    handOn(leaves);
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
    private void handOn(List<Leaf> leaves) {
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
            if (done < AT_ONCE && !clock.instant().isBefore(removal)) {
                done = removeOld();
                removal = done < AT_ONCE ? clock.instant().plus(BETWEEN_REMOVALS) : removal;
            }
            return done < AT_ONCE ? LONGEST_PAUSE : Duration.ZERO;
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

    /** Waits for something to hand on, and then a little for more, so that many acts share both transactions. */
    private boolean await(Duration pause) {
        lock.lock();
        try {
            await(1, pause);
            if (!pause.isZero()) {
                await(AT_ONCE, GATHER);
            }
            announced = 0;
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void await(int acts, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        while (announced < acts && !ended && left > 0) {
            left = changed.awaitNanos(left);
        }
    }
}
