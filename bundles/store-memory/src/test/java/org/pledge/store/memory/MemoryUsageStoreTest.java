package org.pledge.store.memory;

import org.pledge.contract.UsageStoreContract;
import org.pledge.visitor.spi.UsageStore;

final class MemoryUsageStoreTest extends UsageStoreContract {
    private final MemoryStore store = new MemoryStore();
    private final UsageStore usage = new MemoryUsageStore(store);

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected UsageStore usage() {
        return usage;
    }
}
