package org.pledge.store.jpa.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.LinkStoreContract;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.visitor.spi.LinkStore;

/** Runs the contract of linked devices on both databases. */
final class LinkStoreTest {
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
    final class H2Test extends LinkStoreContract {
        private final Stores stores = TestStores.on(onH2);

        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected LinkStore links() {
            return new JpaLinkStore((JpaTransactions) stores.transactions());
        }
    }

    @Nested
    final class PostgresqlTest extends LinkStoreContract {
        private final Stores stores = TestStores.on(onPostgresql);

        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected LinkStore links() {
            return new JpaLinkStore((JpaTransactions) stores.transactions());
        }
    }
}
