package org.pledge.store.jpa.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Runs every contract on a PostgreSQL server. */
final class PostgresqlContractTest extends EveryContract {
    private static TestDatabase test;
    private static Database database;
    private static Stores stores;

    @BeforeAll
    static void open() {
        test = TestStores.UNIT.postgresql();
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
