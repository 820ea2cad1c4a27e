package org.pledge.store.memory;

import org.pledge.access.spi.ConfidentialityStore;
import org.pledge.contract.ConfidentialityStoreContract;

final class MemoryStoreConfidentialityStoreTest extends ConfidentialityStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected ConfidentialityStore confidentiality() {
        return store;
    }
}
