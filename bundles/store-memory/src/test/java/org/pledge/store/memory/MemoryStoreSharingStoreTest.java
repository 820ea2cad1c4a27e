package org.pledge.store.memory;

import org.pledge.contract.SharingStoreContract;

final class MemoryStoreSharingStoreTest extends SharingStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
