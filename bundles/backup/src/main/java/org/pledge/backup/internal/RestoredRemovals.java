package org.pledge.backup.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.LedgerRollbacks;
import org.pledge.audit.LedgerRollbacks.Rollback;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that people and cards who came back with a backup were removed again, once the record takes it. */
@Component(service = RestoredRemovals.class, immediate = true)
public final class RestoredRemovals {
    private static final Logger LOG = LoggerFactory.getLogger(RestoredRemovals.class);
    private static final int AT_ONCE = 200;
    private static final long PAUSE_SECONDS = 5;
    private static final int AN_HOUR = 720;
    private static final long STOP_SECONDS = 10;

    private final Transactions main;
    private final TombstoneStore people;
    private final VaultTransactions vault;
    private final TombstoneStore cards;
    private final AuditLog audit;
    private final LedgerRollbacks rollbacks;
    private final Consumer<String> warning;
    private final AtomicInteger failures = new AtomicInteger();
    private final Clock clock = Clock.systemUTC();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "pledge-restored-removals");
        made.setDaemon(true);
        return made;
    });

    /** Begins at once, and tries again until nothing is left. */
    @Activate
    public RestoredRemovals(
            @Reference Transactions main,
            @Reference(target = "(unit=pledge)") TombstoneStore people,
            @Reference VaultTransactions vault,
            @Reference(target = "(unit=pledge-vault)") TombstoneStore cards,
            @Reference AuditLog audit,
            @Reference LedgerRollbacks rollbacks,
            @Reference LookupTokens onceThePeopleAreGone,
            @Reference CardSealer onceTheCardsAreGone) {
        this(main, people, vault, cards, audit, rollbacks, LOG::warn);
        thread.scheduleWithFixedDelay(this::step, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes no step by itself. */
    RestoredRemovals(
            Transactions main,
            TombstoneStore people,
            VaultTransactions vault,
            TombstoneStore cards,
            AuditLog audit,
            LedgerRollbacks rollbacks,
            Consumer<String> warning) {
        this.main = main;
        this.people = people;
        this.vault = vault;
        this.cards = cards;
        this.audit = audit;
        this.rollbacks = rollbacks;
        this.warning = warning;
    }

    /** Lets the present step end. */
    @Deactivate
    public void stop() throws InterruptedException {
        thread.shutdown();
        thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /** The edge of a thread of our own: what fails now is tried again, and what waits for an officer later. */
    void step() {
        try {
            Set<TenantId> refusing =
                    rollbacks.waiting().stream().map(Rollback::tenant).collect(Collectors.toSet());
            if (record(refusing) == 0 && (refusing.isEmpty() || record(Set.of()) == 0)) {
                thread.shutdown();
            }
            failures.set(0);
        } catch (RuntimeException | LinkageError e) {
            int times = failures.incrementAndGet();
            if (Integer.bitCount(times) == 1 && times < AN_HOUR || times % AN_HOUR == 0) {
                warning.accept("Removals after a restore are not in the record of acts yet, after " + times
                        + " tries; who was removed stays removed. " + toDo(e));
            }
        }
    }

    private static String toDo(Throwable failure) {
        return failure instanceof PledgeException ours
                ? ours.getMessage() + ". " + ours.remedy()
                : failure.getClass().getName() + ". Look at the databases and the space left.";
    }

    /** How many there were. */
    int record(Set<TenantId> without) {
        int done = main.required(() -> record(people.unrecorded(AT_ONCE, without), people, "person"));
        return done
                + vault.required(() -> {
                    List<Tombstone> waiting = cards.unrecorded(AT_ONCE, without);
                    return main.required(() -> append(waiting, "card")) + recorded(waiting, cards);
                });
    }

    private int record(List<Tombstone> waiting, TombstoneStore store, String kind) {
        append(waiting, kind);
        return recorded(waiting, store);
    }

    private int append(List<Tombstone> waiting, String kind) {
        audit.appendAll(waiting.stream()
                .map(each -> new Leaf(
                        each.tenant(),
                        clock.instant(),
                        Leaf.Act.RESTORED_REMOVAL,
                        "system",
                        Optional.empty(),
                        List.of(),
                        details(kind, each)))
                .toList());
        return 0;
    }

    private static Map<String, String> details(String kind, Tombstone tombstone) {
        return tombstone.kind() == Kind.CHANGED
                ? Map.of(
                        "kind",
                        kind,
                        "tombstone",
                        tombstone.token(),
                        "kept",
                        Integer.toString(tombstone.kept().size()))
                : Map.of("kind", kind, "tombstone", tombstone.token());
    }

    private static int recorded(List<Tombstone> waiting, TombstoneStore store) {
        waiting.forEach(store::recorded);
        return waiting.size();
    }
}
