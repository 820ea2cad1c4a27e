package org.pledge.store.memory;

import org.pledge.contract.RequestStoreContract;
import org.pledge.rights.spi.RequestStore;

final class MemoryStoreRequestStoreTest extends RequestStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected RequestStore requests() {
        return store;
    }
}
