package org.pledge.store.memory;

import java.util.function.Supplier;
import org.pledge.store.VaultTransactions;

/**
 * The vault's stores in maps, a database apart from every {@link MemoryStore}. Transactions run one after the other
 * under one lock, and undo their changes when they fail. Nothing survives the object.
 */
public final class MemoryVault
        implements VaultTransactions, MemoryCards, MemoryPayments, MemoryEvidence, MemoryVaultEvents, MemoryCardKeys {
    private final VaultTables tables = new VaultTables();

    @Override
    public VaultTables tables() {
        return tables;
    }

    @Override
    public <T> T required(Supplier<T> work) {
        return tables.units.required(work);
    }

    @Override
    public boolean isActive() {
        return tables.units.isActive();
    }

    @Override
    public void afterCommit(Runnable action) {
        tables.units.afterCommit(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        tables.units.afterRollback(action);
    }

    @Override
    public void whenUndone(Runnable action) {
        tables.units.whenUndone(action);
    }
}
