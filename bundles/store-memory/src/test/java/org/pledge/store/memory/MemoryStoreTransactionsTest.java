package org.pledge.store.memory;

import org.pledge.contract.TransactionsContract;

final class MemoryStoreTransactionsTest extends TransactionsContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
