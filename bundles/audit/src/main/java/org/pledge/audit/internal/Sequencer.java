package org.pledge.audit.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
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
    private final Semaphore work = new Semaphore(1);
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Thread thread = new Thread(this::run, "pledge-audit-sequencer");

    Sequencer(Transactions transactions, AuditStore store) {
        this.transactions = transactions;
        this.store = store;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Tells the thread that leaves are waiting. */
    void signal() {
        work.release();
    }

    /** Chains everything that is committed, on the caller's thread. */
    void chainAll() {
        boolean more;
        do {
            more = transactions.required(this::chainBatch);
        } while (more);
    }

    private boolean chainBatch() {
        List<StoredLeaf> waiting = store.unchained(BATCH);
        if (waiting.isEmpty()) {
            return false;
        }
        // Tenants are locked in their order, so that two sequencers never wait for each other.
        Map<TenantId, List<Link>> heads = new TreeMap<>();
        for (StoredLeaf leaf : waiting) {
            heads.computeIfAbsent(
                    leaf.tenant(), tenant -> store.lockHead(tenant).stream().toList());
        }
        // Read again: what was seen before the locks may have been chained meanwhile.
        Map<TenantId, List<StoredLeaf>> mine = store.unchained(BATCH).stream()
                .filter(leaf -> heads.containsKey(leaf.tenant()))
                .collect(Collectors.groupingBy(StoredLeaf::tenant, TreeMap::new, Collectors.toList()));
        mine.forEach((tenant, leaves) -> store.link(tenant, links(heads.get(tenant), leaves)));
        return waiting.size() == BATCH;
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
                chainAll();
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
