package org.pledge.store.vault.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.pledge.contract.CardKeyStoreContract;
import org.pledge.contract.VaultContract.Vault;
import org.pledge.contract.VaultStoreContract;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Runs the vault's contracts on a PostgreSQL server. */
final class PostgresqlVaultTest {
    private static TestDatabase test;
    private static Database database;
    private static Vault vault;

    @BeforeAll
    static void open() {
        test = Vaults.UNIT.postgresql();
        database = test.open();
        vault = Vaults.on(database);
    }

    @AfterAll
    static void close() {
        database.close();
        test.close();
    }

    @Nested
    final class VaultStoreTest extends VaultStoreContract {
        @Override
        protected Vault vault() {
            return vault;
        }
    }

    @Nested
    final class CardKeyStoreTest extends CardKeyStoreContract {
        @Override
        protected Vault vault() {
            return vault;
        }
    }
}
