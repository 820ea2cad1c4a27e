package org.pledge.store.memory;

import org.pledge.contract.PolicyStoreContract;

final class MemoryStorePolicyStoreTest extends PolicyStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
