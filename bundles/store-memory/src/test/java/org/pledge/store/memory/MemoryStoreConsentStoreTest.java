package org.pledge.store.memory;

import org.pledge.contract.ConsentStoreContract;

final class MemoryStoreConsentStoreTest extends ConsentStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
