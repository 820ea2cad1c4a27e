package org.pledge.store.memory;

import org.pledge.contract.AttestationKeyStoreContract;
import org.pledge.crypto.spi.AttestationKeyStore;

final class MemoryStoreAttestationKeyStoreTest extends AttestationKeyStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected AttestationKeyStore keys() {
        return store;
    }
}
