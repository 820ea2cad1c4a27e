package org.pledge.store.memory;

import org.pledge.contract.AuditStoreContract;

final class MemoryStoreAuditStoreTest extends AuditStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }
}
