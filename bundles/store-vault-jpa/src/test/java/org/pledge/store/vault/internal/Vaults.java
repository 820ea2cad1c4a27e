package org.pledge.store.vault.internal;

import org.pledge.contract.VaultContract.Vault;
import org.pledge.database.Database;
import org.pledge.database.TestUnit;

/** The vault's stores, outside a container. */
final class Vaults {
    static final TestUnit UNIT = new TestUnit(VaultDatabase.UNIT);

    private Vaults() {}

    static Vault on(Database database) {
        JpaVaultTransactions transactions = new JpaVaultTransactions(database);
        return new Vault(transactions, new JpaVaultStore(transactions), new JpaCardKeyStore(transactions));
    }
}
