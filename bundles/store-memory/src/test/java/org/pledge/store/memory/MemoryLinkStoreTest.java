package org.pledge.store.memory;

import org.pledge.contract.LinkStoreContract;
import org.pledge.visitor.spi.LinkStore;

final class MemoryLinkStoreTest extends LinkStoreContract {
    private final MemoryStore store = new MemoryStore();
    private final MemoryLinkStore retention = new MemoryLinkStore(store);

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected LinkStore links() {
        return retention;
    }
}
