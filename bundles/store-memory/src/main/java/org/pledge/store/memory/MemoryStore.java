package org.pledge.store.memory;

import java.util.function.Supplier;
import org.pledge.store.Transactions;

/**
 * Every store in maps. Transactions run one after the other under one lock, and undo their changes when they fail.
 * Nothing survives the object.
 */
public final class MemoryStore
        implements Transactions,
                MemorySubjects,
                MemoryConsents,
                MemoryInquiries,
                MemoryRequests,
                MemoryBreaches,
                MemoryPasses,
                MemoryEmailChanges,
                MemoryLogins,
                MemoryExternalRequests,
                MemoryCallbacks,
                MemorySharing,
                MemoryNotices,
                MemoryAudit,
                MemoryPolicies,
                MemoryKeys,
                MemoryTombstones,
                MemoryAttestationKeys,
                MemoryStatements,
                MemoryAccess,
                MemoryConfidentiality,
                MemorySecondFactors {
    private final Tables tables = new Tables();

    @Override
    public Tables tables() {
        return tables;
    }

    @Override
    public <T> T required(Supplier<T> work) {
        return tables.required(work);
    }

    @Override
    public boolean isActive() {
        return tables.isActive();
    }

    @Override
    public void afterCommit(Runnable action) {
        tables.afterCommit(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        tables.afterRollback(action);
    }

    @Override
    public void whenUndone(Runnable action) {
        tables.whenUndone(action);
    }
}
