package org.pledge.store.memory;

import org.pledge.contract.CardKeyStoreContract;

final class MemoryVaultCardKeyStoreTest extends CardKeyStoreContract {
    private final MemoryVault vault = new MemoryVault();

    @Override
    protected Vault vault() {
        return new Vault(vault, vault, vault);
    }
}
