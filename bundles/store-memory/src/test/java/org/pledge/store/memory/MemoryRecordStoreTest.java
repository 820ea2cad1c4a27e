package org.pledge.store.memory;

import org.pledge.contract.RecordStoreContract;

final class MemoryRecordStoreTest extends RecordStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected Records all() {
        return new Records(
                new MemoryRecordStore(store),
                store,
                store,
                store,
                store,
                store,
                store,
                new MemoryRetentionStore(store));
    }
}
