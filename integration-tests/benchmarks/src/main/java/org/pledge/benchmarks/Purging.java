package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.JpaUsageStore;
import org.pledge.store.jpa.internal.OpenDatabase;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore.Count;

/** Data past its time removed: a day's partition on PostgreSQL at two sizes, and row by row on H2, against bare DELETEs. */
final class Purging {
    private static final LocalDate DAY = LocalDate.of(2026, 1, 1);
    private static final int CELLS = 100;
    private static final int WARM_DAYS = 50;
    private static final int BATCH = 1_000;
    /** About a batch of rows. */
    private static final int BLOCKS = 10;

    private static final int LARGER = 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String COLUMNS =
            """
            (tenant varchar(32) not null, site varchar(40) not null, on_day date not null,
             dimension varchar(20) not null, cell varchar(64) not null, events bigint not null, visitors bigint not null,
             primary key (tenant, site, on_day, dimension, cell))
            """;

    private final Path folder;
    private final int rows;

    Purging(Path folder, int rows) {
        this.folder = folder;
        this.rows = rows;
    }

    void run(Table table) throws IOException, SQLException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        try (Postgresql server = new Postgresql(folder.resolve("postgresql"))) {
            partition(table, server.make("purge"), rows);
            partition(table, server.make("purge_larger"), rows * LARGER);
        }
        rowWise(table);
    }

    private void partition(Table table, String url, int count) throws SQLException {
        try (OpenUnit unit = new OpenUnit(url, Postgresql.USER, "pledge", OpenDatabase::open);
                Connection bare = DriverManager.getConnection(url, Postgresql.USER, "");
                Statement statement = bare.createStatement()) {
            JpaTransactions transactions = new JpaTransactions(unit.database());
            JpaUsageStore usage = new JpaUsageStore(transactions);
            warm(transactions, usage);
            transactions.required(() -> usage.prepare(DAY, DAY.plusDays(1)));
            statement.execute("create table floor_usage " + COLUMNS);
            for (String into : new String[] {"usage_count", "floor_usage"}) {
                statement.execute("insert into " + into + " select 'korax', 'shop', date '" + DAY
                        + "', 'PAGE', '/' || n, 1, 1 from generate_series(1, " + count + ") n");
            }
            statement.execute("insert into usage_day values ('korax', 'shop', date '" + DAY + "', true)");
            statement.execute("checkpoint");

            long begun = System.nanoTime();
            int days = transactions.required(() -> usage.removeBefore(Korax.TENANT, DAY.plusDays(1), BATCH));
            double ours = (System.nanoTime() - begun) / NANOS_PER_MILLI;
            require(days == 1);

            begun = System.nanoTime();
            deleteInBatches(bare, false);
            double theirs = (System.nanoTime() - begun) / NANOS_PER_MILLI;
            String what = "a day of " + Table.number(count) + " rows on PostgreSQL";
            table.value(what, ours, " ms", Goal.atMost(100, " ms"));
            table.ratio("  the same", ours, "batched DELETE", theirs, " ms", Goal.NONE);
        }
    }

    /** Days of one row each, so that the code was run before it is measured. */
    private static void warm(JpaTransactions transactions, JpaUsageStore usage) {
        LocalDate first = DAY.minusDays(WARM_DAYS);
        transactions.required(() -> usage.prepare(first, DAY));
        for (LocalDate day = first; day.isBefore(DAY); day = day.plusDays(1)) {
            LocalDate one = day;
            transactions.required(
                    () -> usage.add(Korax.TENANT, List.of(new Count("shop", one, Dimension.PAGE, "/", 1, 1))));
            transactions.required(() -> usage.removeBefore(Korax.TENANT, one.plusDays(1), BATCH));
        }
    }

    private void rowWise(Table table) throws SQLException {
        int days = Math.max(1, rows / LARGER / CELLS);
        try (OpenUnit unit = new OpenUnit(OpenUnit.h2(folder.resolve("ours")), "sa", "pledge", OpenDatabase::open);
                Connection ours = unit.pool().getConnection();
                Connection bare = DriverManager.getConnection(OpenUnit.h2(folder.resolve("floor")), "sa", "")) {
            JpaTransactions transactions = new JpaTransactions(unit.database());
            JpaUsageStore usage = new JpaUsageStore(transactions);
            try (Statement make = bare.createStatement()) {
                make.execute("create table floor_usage " + COLUMNS);
            }
            warm(transactions, usage);
            fill(ours, "usage_count", days);
            fill(bare, "floor_usage", days);
            try (Statement statement = ours.createStatement()) {
                statement.execute("insert into usage_day select 'korax', 'shop', dateadd(day, x, date '" + DAY
                        + "'), true from system_range(1, " + days + ")");
            }
            ours.commit();

            long begun = System.nanoTime();
            int removed = 0;
            int some;
            do {
                some = transactions.required(
                        () -> usage.removeBefore(Korax.TENANT, DAY.plusYears(1_000), BATCH / CELLS));
                removed += some;
            } while (some > 0);
            double seconds = (System.nanoTime() - begun) / NANOS_PER_MILLI / 1_000;
            require(removed == days);

            begun = System.nanoTime();
            deleteInBatches(bare, true);
            double bareSeconds = (System.nanoTime() - begun) / NANOS_PER_MILLI / 1_000;
            double count = (double) days * CELLS;
            table.ratio(
                    "row by row on H2, " + Table.number(count) + " rows",
                    count / seconds,
                    "batched DELETE, synced",
                    count / bareSeconds,
                    "/s",
                    Goal.atLeast(0.7, "x"));
        }
    }

    private static void fill(Connection connection, String into, int days) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into " + into + " select 'korax', 'shop', dateadd(day, d.x, date '" + DAY
                    + "'), 'PAGE', '/' || c.x, 1, 1 from system_range(1, " + days + ") d, system_range(1, " + CELLS
                    + ") c");
        }
    }

    /** What anybody would write: about a batch of rows, its commit, and on H2 a sync, until nothing is left. */
    private static void deleteInBatches(Connection connection, boolean h2) throws SQLException {
        connection.setAutoCommit(false);
        if (h2) {
            deleteOnH2(connection);
        } else {
            deleteOnPostgresql(connection);
        }
    }

    private static void deleteOnH2(Connection connection) throws SQLException {
        try (PreparedStatement delete =
                        connection.prepareStatement("delete from floor_usage fetch first " + BATCH + " rows only");
                Statement sync = connection.createStatement()) {
            int deleted;
            do {
                deleted = delete.executeUpdate();
                connection.commit();
                sync.execute("checkpoint sync");
            } while (deleted > 0);
        }
    }

    /** By the blocks of the table, so that no batch looks at what earlier ones deleted. */
    private static void deleteOnPostgresql(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long blocks;
            try (ResultSet size = statement.executeQuery("select pg_relation_size('floor_usage') / 8192")) {
                size.next();
                blocks = size.getLong(1);
            }
            for (long block = 0; block < blocks; block += BLOCKS) {
                statement.executeUpdate("delete from floor_usage where ctid >= '(" + block + ",0)' and ctid < '("
                        + (block + BLOCKS) + ",0)'");
                connection.commit();
            }
        }
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("not everything was removed");
        }
    }
}
