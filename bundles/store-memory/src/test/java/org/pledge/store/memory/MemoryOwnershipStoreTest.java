package org.pledge.store.memory;

import org.pledge.contract.OwnershipStoreContract;
import org.pledge.ownership.spi.OwnershipStore;

final class MemoryOwnershipStoreTest extends OwnershipStoreContract {
    private final MemoryStore store = new MemoryStore();
    private final MemoryOwnershipStore ownership = new MemoryOwnershipStore(store);

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected OwnershipStore ownership() {
        return ownership;
    }
}
