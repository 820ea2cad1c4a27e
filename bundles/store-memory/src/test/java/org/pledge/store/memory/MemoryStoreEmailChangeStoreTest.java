package org.pledge.store.memory;

import org.pledge.contract.EmailChangeStoreContract;
import org.pledge.rights.spi.EmailChangeStore;

final class MemoryStoreEmailChangeStoreTest extends EmailChangeStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected EmailChangeStore changes() {
        return store;
    }
}
