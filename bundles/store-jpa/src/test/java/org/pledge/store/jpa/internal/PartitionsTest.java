package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.BackupLock;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore.Count;
import org.pledge.visitor.spi.UsageStore.Day;

/** On PostgreSQL what is past its time leaves as a partition; what was there before partitions stays readable. */
final class PartitionsTest {
    private static final TenantId ONE = new TenantId("one");
    private static final TenantId OTHER = new TenantId("other");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    /** Whoever waits for the test's own reader fails, as nobody else would ever end that. */
    private static final String LONGEST_STATEMENT = "30s";

    private static final List<String> BEFORE_PARTITIONS = List.of(
            "drop table usage_count",
            """
            create table usage_count (
                tenant varchar(32) not null, site varchar(40) not null, on_day date not null,
                dimension varchar(20) not null, cell varchar(64) not null, events bigint not null,
                visitors bigint not null, primary key (tenant, site, on_day, dimension, cell))
            """,
            "insert into usage_count values ('one', 'shop', date '2026-11-22', 'DAY', '', 7, 3)",
            "insert into usage_day values ('one', 'shop', date '2026-11-22', false)",
            "delete from databasechangelog where id = 'usage-by-day'");

    private static Set<String> partitions(TestDatabase test) throws SQLException {
        Set<String> found = new TreeSet<>();
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select inhrelid::regclass::text from pg_inherits where inhparent = 'usage_count'::regclass")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static EmbeddedPostgres withShortStatements() throws SQLException {
        EmbeddedPostgres server = TestUnit.server();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter database postgres set statement_timeout = '" + LONGEST_STATEMENT + "'");
        }
        return server;
    }

    private static Count visit(String site, LocalDate day) {
        return new Count(site, day, Dimension.DAY, "", 1, 1);
    }

    @Test
    void aDayIsDroppedWithTheLastTenantThatHadIt() throws SQLException, IOException {
        try (EmbeddedPostgres server = TestUnit.server();
                TestDatabase test = TestStores.UNIT.postgresql(server);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            JpaUsageStore usage = new JpaUsageStore((JpaTransactions) stores.transactions());
            stores.transactions().required(() -> usage.add(ONE, List.of(visit("shop", DAY.minusDays(1)))));
            stores.transactions().required(() -> usage.prepare(DAY.minusDays(1), DAY.plusDays(2)));
            assertThat(partitions(test))
                    .as("a day that has rows already keeps them where they are")
                    .containsExactly("usage_count_20261122", "usage_count_20261123", "usage_count_other");
            stores.transactions().required(() -> {
                usage.add(ONE, List.of(visit("shop", DAY), visit("blog", DAY), visit("shop", DAY.plusDays(1))));
                usage.add(OTHER, List.of(visit("shop", DAY)));
            });

            assertThat(stores.transactions().required(() -> usage.removeBefore(ONE, DAY.plusDays(1), 10)))
                    .isEqualTo(3);
            assertThat(partitions(test)).contains("usage_count_20261122");
            assertThat(stores.transactions().required(() -> usage.removeBefore(OTHER, DAY.plusDays(1), 10)))
                    .isOne();
            assertThat(partitions(test)).containsExactly("usage_count_20261123", "usage_count_other");
            assertThat(stores.transactions().required(() -> usage.removeBefore(ONE, DAY.plusDays(9), 10)))
                    .isOne();
            assertThat(partitions(test)).containsExactly("usage_count_other");
        }
    }

    @Test
    void whatWasCountedBeforeIsThereAfterTheMigration() throws SQLException, IOException {
        try (EmbeddedPostgres server = TestUnit.server();
                TestDatabase test = TestStores.UNIT.postgresql(server)) {
            test.open().close();
            try (Connection connection = test.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : BEFORE_PARTITIONS) {
                    statement.execute(sql);
                }
            }
            try (Database database = test.open()) {
                Stores stores = TestStores.on(database);
                JpaUsageStore usage = new JpaUsageStore((JpaTransactions) stores.transactions());
                stores.transactions().required(() -> usage.add(ONE, List.of(visit("shop", DAY))));
                assertThat(stores.transactions().required(() -> usage.of(new Day(ONE, "shop", DAY))))
                        .containsExactly(new Count("shop", DAY, Dimension.DAY, "", 8, 4));
                assertThat(stores.transactions().required(() -> usage.removeBefore(ONE, DAY.plusDays(1), 10)))
                        .isOne();
            }
        }
    }

    @Test
    void nobodyWhoCountsWaitsForABackupOrALongReader() throws SQLException, IOException {
        try (EmbeddedPostgres server = withShortStatements();
                TestDatabase test = TestStores.UNIT.postgresql(server);
                Database database = test.open();
                Connection reader = test.dataSource().getConnection()) {
            Stores stores = TestStores.on(database);
            JpaUsageStore usage = new JpaUsageStore((JpaTransactions) stores.transactions());
            stores.transactions().required(() -> usage.prepare(DAY, DAY.plusDays(2)));
            stores.transactions()
                    .required(() -> usage.add(ONE, List.of(visit("shop", DAY), visit("shop", DAY.plusDays(1)))));

            BackupLock.take(reader);
            stores.transactions().required(() -> usage.prepare(DAY.plusDays(2), DAY.plusDays(3)));
            assertThat(stores.transactions().required(() -> usage.removeBefore(ONE, DAY.plusDays(1), 10)))
                    .isOne();
            assertThat(partitions(test))
                    .containsExactly("usage_count_20261122", "usage_count_20261123", "usage_count_other");
            assertThat(stores.transactions().required(() -> usage.of(new Day(ONE, "shop", DAY))))
                    .isEmpty();
            BackupLock.release(reader);

            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("select * from usage_count");
                int removed = stores.transactions().required(() -> {
                    int days = usage.removeBefore(ONE, DAY.plusDays(2), 10);
                    usage.add(ONE, List.of(visit("blog", DAY.plusDays(1))));
                    return days;
                });
                assertThat(removed).isOne();
            } finally {
                reader.rollback();
                reader.setAutoCommit(true);
            }
            assertThat(stores.transactions().required(() -> usage.of(new Day(ONE, "shop", DAY.plusDays(1)))))
                    .isEmpty();
            assertThat(stores.transactions().required(() -> usage.removeBefore(ONE, DAY.plusDays(2), 10)))
                    .isOne();
            assertThat(partitions(test)).doesNotContain("usage_count_20261123");
        }
    }
}
