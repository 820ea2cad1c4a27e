package org.pledge.store.memory;

import org.pledge.contract.AccessStoreContract;

final class MemoryStoreAccessStoreTest extends AccessStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
