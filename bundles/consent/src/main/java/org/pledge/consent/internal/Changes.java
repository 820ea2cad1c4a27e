package org.pledge.consent.internal;

import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.store.Transactions;

/** Makes changes of the consent log, each of which is in the table before its call returns. */
final class Changes {
    private final ConsentTable table;
    private final ConsentStore store;
    private final Transactions transactions;

    /** One permit for each change under way; taken for good when the service goes away. */
    private final Semaphore running = new Semaphore(Integer.MAX_VALUE);

    Changes(ConsentTable table, ConsentStore store, Transactions transactions) {
        this.table = table;
        this.store = store;
        this.transactions = transactions;
    }

    <T> T make(Supplier<T> work) {
        if (!running.tryAcquire()) {
            throw new PledgeException(UNAVAILABLE, "consent is being stopped; nothing was recorded")
                    .remedy("Try again shortly.");
        }
        try {
            return transactions.required(work);
        } finally {
            running.release();
        }
    }

    /** Where the table lacks an earlier change, because its commit is not applied yet, the whole history is applied. */
    void append(Event event) {
        store.append(event);
        List<Event> missing = table.epoch(event.tenant(), event.subject()) == event.epoch() - 1
                ? List.of(event)
                : store.history(event.tenant(), event.subject());
        transactions.afterCommit(() -> missing.forEach(table::apply));
    }

    /**
     * Takes the person's exclusive lock; what others changed before is in the table when the call returns, too.
     *
     * @return false when the person has no row to lock
     */
    boolean lock(TenantId tenant, SubjectId subject) {
        OptionalLong epoch = store.lockEpochExclusively(tenant, subject);
        if (epoch.isPresent() && table.epoch(tenant, subject) < epoch.getAsLong()) {
            List<Event> history = store.history(tenant, subject);
            transactions.afterCommit(() -> history.forEach(table::apply));
        }
        return epoch.isPresent();
    }

    /** Waits for changes under way, so that the next table finds them in the log. */
    void stop() {
        running.acquireUninterruptibly(Integer.MAX_VALUE);
    }
}
