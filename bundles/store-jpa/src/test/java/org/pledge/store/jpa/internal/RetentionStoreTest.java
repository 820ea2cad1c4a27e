package org.pledge.store.jpa.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.RetentionStoreContract;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.retention.spi.RetentionStore;

/** Runs the contract of holds and certificates on both databases. */
final class RetentionStoreTest {
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

    @Nested
    final class H2Test extends RetentionStoreContract {
        private final Stores stores = TestStores.on(onH2);

        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected RetentionStore retention() {
            return new JpaRetentionStore((JpaTransactions) stores.transactions());
        }
    }

    @Nested
    final class PostgresqlTest extends RetentionStoreContract {
        private final Stores stores = TestStores.on(onPostgresql);

        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected RetentionStore retention() {
            return new JpaRetentionStore((JpaTransactions) stores.transactions());
        }
    }
}
