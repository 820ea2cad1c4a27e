package org.pledge.store.memory;

import org.pledge.contract.StatementStoreContract;
import org.pledge.rights.spi.StatementStore;

final class MemoryStoreStatementStoreTest extends StatementStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected StatementStore statements() {
        return store;
    }
}
