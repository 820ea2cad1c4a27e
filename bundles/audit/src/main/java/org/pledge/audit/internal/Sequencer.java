package org.pledge.audit.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.audit.spi.AuditStore.StoredLeaf;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts committed leaves at the end of their tenant's chain, in a thread of its own and whenever somebody asks. */
final class Sequencer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final int BATCH = 500;
    private static final long GATHER_MILLIS = 50;
    private static final long RETRY_SECONDS = 2;
    private static final long STOP_SECONDS = 30;

    private final Transactions transactions;
    private final AuditStore store;
    private final LostEntries lost;
    private final Set<TenantId> waiting = ConcurrentHashMap.newKeySet();
    private final Semaphore work = new Semaphore(1);
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Thread thread = new Thread(this::run, "pledge-audit-sequencer");

    Sequencer(Transactions transactions, AuditStore store, LostEntries lost) {
        this.transactions = transactions;
        this.store = store;
        this.lost = lost;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Tells the thread that leaves of a tenant are waiting. */
    void signal(TenantId tenant) {
        waiting.add(tenant);
        work.release();
    }

    /** Chains everything of a tenant that is committed, on the caller's thread; nothing while it has lost entries. */
    void chainAll(TenantId tenant) {
        if (lost.hasNow(tenant)) {
            return;
        }
        boolean more;
        do {
            more = transactions.required(() -> chainBatch(tenant));
        } while (more);
    }

    private boolean chainBatch(TenantId tenant) {
        if (store.unchained(tenant, 1).isEmpty()) {
            return false;
        }
        // Read after the lock: what was seen before it may have been chained meanwhile.
        List<Link> head = store.lockHead(tenant).stream().toList();
        List<StoredLeaf> leaves = store.unchained(tenant, BATCH);
        if (!leaves.isEmpty()) {
            store.link(tenant, links(head, leaves));
        }
        return leaves.size() == BATCH;
    }

    private static List<Link> links(List<Link> head, List<StoredLeaf> leaves) {
        Chain chain = new Chain(head.isEmpty() ? Chain.start() : head.get(0).chain());
        long position = head.isEmpty() ? 0 : head.get(0).position() + 1;
        List<Link> links = new ArrayList<>(leaves.size());
        for (StoredLeaf leaf : leaves) {
            links.add(new Link(position++, leaf.id(), leaf.content(), chain.add(leaf.content())));
        }
        return links;
    }

    private void run() {
        boolean failed = false;
        while (awaitWork(failed)) {
            work.drainPermits();
            try {
                chainWaiting();
                failed = false;
            } catch (RuntimeException e) {
                if (!failed) {
                    LOG.warn(
                            "Chaining of audit leaves failed with {}; they are kept and tried again every {} s.",
                            e.getClass().getName(),
                            RETRY_SECONDS);
                }
                failed = true;
            }
        }
    }

    /** At first those of all tenants, as an earlier run may have left some. */
    private void chainWaiting() {
        lost.compareAll();
        if (!started.get()) {
            waiting.addAll(transactions.required(store::tenants));
            started.set(true);
        }
        Optional<RuntimeException> failure = Optional.empty();
        for (TenantId tenant : List.copyOf(waiting)) {
            waiting.remove(tenant);
            try {
                chainAll(tenant);
                lost.mark(tenant);
            } catch (RuntimeException e) {
                waiting.add(tenant);
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private boolean awaitWork(boolean retry) {
        try {
            if (retry) {
                work.tryAcquire(RETRY_SECONDS, TimeUnit.SECONDS);
            } else {
                work.acquire();
                gather();
            }
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits a little for more leaves, so that many acts share one transaction of the chain. */
    private void gather() throws InterruptedException {
        if (running.get()) {
            work.tryAcquire(BATCH, GATHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the thread after its present batch; it is not interrupted, for that would close the database's files. */
    @Override
    public void close() {
        running.set(false);
        work.release(BATCH + 1);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
