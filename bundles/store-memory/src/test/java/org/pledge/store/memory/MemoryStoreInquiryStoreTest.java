package org.pledge.store.memory;

import org.pledge.contract.InquiryStoreContract;
import org.pledge.inquiry.spi.InquiryStore;

final class MemoryStoreInquiryStoreTest extends InquiryStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected InquiryStore inquiries() {
        return store;
    }
}
