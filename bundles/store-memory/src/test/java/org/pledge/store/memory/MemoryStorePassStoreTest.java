package org.pledge.store.memory;

import org.pledge.contract.PassStoreContract;
import org.pledge.rights.spi.PassStore;

final class MemoryStorePassStoreTest extends PassStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected PassStore passes() {
        return store;
    }
}
