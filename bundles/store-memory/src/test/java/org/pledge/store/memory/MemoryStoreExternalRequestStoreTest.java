package org.pledge.store.memory;

import org.pledge.contract.ExternalRequestStoreContract;
import org.pledge.rights.spi.ExternalRequestStore;

final class MemoryStoreExternalRequestStoreTest extends ExternalRequestStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected ExternalRequestStore externals() {
        return store;
    }
}
