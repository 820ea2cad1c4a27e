package org.pledge.store.memory;

import org.pledge.contract.StatusCallbackStoreContract;
import org.pledge.rights.spi.StatusCallbackStore;

final class MemoryStoreStatusCallbackStoreTest extends StatusCallbackStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected StatusCallbackStore callbacks() {
        return store;
    }
}
