package org.pledge.store.memory;

import org.pledge.contract.WrappedKeyStoreContract;

final class MemoryStoreWrappedKeyStoreTest extends WrappedKeyStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
