package org.pledge.store.memory;

import org.pledge.contract.SubjectStoreContract;

final class MemoryStoreSubjectStoreTest extends SubjectStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
