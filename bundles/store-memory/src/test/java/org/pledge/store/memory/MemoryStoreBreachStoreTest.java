package org.pledge.store.memory;

import org.pledge.contract.BreachStoreContract;
import org.pledge.rights.spi.BreachStore;

final class MemoryStoreBreachStoreTest extends BreachStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected BreachStore breaches() {
        return store;
    }
}
