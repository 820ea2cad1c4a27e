package org.pledge.store.memory;

import org.pledge.access.spi.SecondFactorStore;
import org.pledge.contract.SecondFactorStoreContract;

final class MemoryStoreSecondFactorStoreTest extends SecondFactorStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected SecondFactorStore factors() {
        return store;
    }
}
