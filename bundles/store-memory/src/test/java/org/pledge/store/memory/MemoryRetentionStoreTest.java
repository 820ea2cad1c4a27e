package org.pledge.store.memory;

import org.pledge.contract.RetentionStoreContract;
import org.pledge.retention.spi.RetentionStore;

final class MemoryRetentionStoreTest extends RetentionStoreContract {
    private final MemoryStore store = new MemoryStore();
    private final MemoryRetentionStore retention = new MemoryRetentionStore(store);

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected RetentionStore retention() {
        return retention;
    }
}
