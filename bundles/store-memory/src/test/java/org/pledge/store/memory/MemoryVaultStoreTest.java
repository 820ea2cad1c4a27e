package org.pledge.store.memory;

import org.pledge.contract.VaultStoreContract;

final class MemoryVaultStoreTest extends VaultStoreContract {
    private final MemoryVault vault = new MemoryVault();

    @Override
    protected Vault vault() {
        return new Vault(vault, vault, vault);
    }
}
