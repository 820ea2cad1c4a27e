package org.pledge.store.vault.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.CardKeyStoreContract;
import org.pledge.contract.VaultContract.Vault;
import org.pledge.contract.VaultStoreContract;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Runs the vault's contracts on an H2 file. */
final class H2VaultTest {
    @TempDir
    private static Path folder;

    private static TestDatabase test;
    private static Database database;
    private static Vault vault;

    @BeforeAll
    static void open() {
        test = Vaults.UNIT.h2(folder);
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
