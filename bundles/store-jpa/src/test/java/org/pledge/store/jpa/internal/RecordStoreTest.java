package org.pledge.store.jpa.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.RecordStoreContract;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Runs the contract of ending records on both databases. */
final class RecordStoreTest {
    @TempDir
    private static Path folder;

    private static TestDatabase h2;
    private static TestDatabase postgresql;
    private static Database onH2;
    private static Database onPostgresql;

    @BeforeAll
    static void open() {
        h2 = TestStores.UNIT.h2(folder);
        onH2 = h2.open();
        postgresql = TestStores.UNIT.postgresql();
        onPostgresql = postgresql.open();
    }

    @AfterAll
    static void close() {
        onH2.close();
        h2.close();
        onPostgresql.close();
        postgresql.close();
    }

    private abstract static class OnDatabase extends RecordStoreContract {
        @Override
        protected Records all() {
            JpaTransactions transactions = (JpaTransactions) stores().transactions();
            return new Records(
                    new JpaRecordStore(transactions),
                    new JpaRequestStore(transactions),
                    new JpaBreachStore(transactions),
                    new JpaNoticeStore(transactions),
                    new JpaStatementStore(transactions),
                    new JpaExternalRequestStore(transactions),
                    new JpaStatusCallbackStore(transactions),
                    new JpaRetentionStore(transactions));
        }
    }

    @Nested
    final class H2Test extends OnDatabase {
        private final Stores stores = TestStores.on(onH2);

        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class PostgresqlTest extends OnDatabase {
        private final Stores stores = TestStores.on(onPostgresql);

        @Override
        protected Stores stores() {
            return stores;
        }
    }
}
