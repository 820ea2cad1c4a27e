package org.pledge.contract;

import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.spi.VaultStore;

/** What the contracts of the vault's stores share. */
public abstract class VaultContract extends TransactionalContract {
    /** One database of the vault, seen through each interface. */
    public record Vault(VaultTransactions transactions, VaultStore store, CardKeyStore keys) {}

    /** The database under test; the same one for the whole of a test. */
    protected abstract Vault vault();

    @Override
    protected final Transactions transactions() {
        return vault().transactions();
    }
}
