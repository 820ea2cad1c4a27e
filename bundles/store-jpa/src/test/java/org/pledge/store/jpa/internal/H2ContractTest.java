package org.pledge.store.jpa.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Runs every contract on an H2 file. */
final class H2ContractTest extends EveryContract {
    @TempDir
    private static Path folder;

    private static TestDatabase test;
    private static Database database;
    private static Stores stores;

    @BeforeAll
    static void open() {
        test = TestStores.UNIT.h2(folder);
        database = test.open();
        stores = TestStores.on(database);
    }

    @AfterAll
    static void close() {
        database.close();
        test.close();
    }

    @Override
    Stores opened() {
        return stores;
    }
}
