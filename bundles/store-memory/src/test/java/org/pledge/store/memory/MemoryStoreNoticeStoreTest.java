package org.pledge.store.memory;

import org.pledge.contract.NoticeStoreContract;
import org.pledge.sharing.spi.NoticeStore;

final class MemoryStoreNoticeStoreTest extends NoticeStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected NoticeStore notices() {
        return store;
    }
}
