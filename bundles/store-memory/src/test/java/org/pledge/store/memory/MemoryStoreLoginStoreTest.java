package org.pledge.store.memory;

import org.pledge.contract.LoginStoreContract;
import org.pledge.rights.spi.LoginStore;

final class MemoryStoreLoginStoreTest extends LoginStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected LoginStore logins() {
        return store;
    }
}
