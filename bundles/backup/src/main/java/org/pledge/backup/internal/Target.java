package org.pledge.backup.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pledge.database.DatabaseUnit;
import org.pledge.database.Schema;

/** A database that rows are restored into, of which nobody else makes use. */
final class Target implements AutoCloseable {
    private static final int BATCH_ROWS = 500;
    private static final int COMMIT_ROWS = 10_000;
    /** What was given out and not yet stored when the backup was made. */
    private static final int SKIPPED_IDENTITIES = 1024;

    /** Where it is. */
    record Address(DatabaseUnit unit, String url, String user, String password) {
        Connection connect() throws SQLException {
            Schema.registerFiles();
            return DriverManager.getConnection(url, user, password);
        }

        @Override
        public String toString() {
            return unit.called();
        }
    }

    private final Address address;
    private final Connection connection;
    private Optional<Filling> filling = Optional.empty();

    private record Filling(Table table, long counted, PreparedStatement insert, long[] rows) {}

    Target(Address address) throws SQLException {
        this.address = address;
        this.connection = address.connect();
    }

    /** Whether every row of a backup is in it already, by a restore that was broken off at its end. */
    boolean isCompared(String backup) throws SQLException {
        return Schema.isHalfRestored(connection) && Schema.isCompared(connection, backup);
    }

    /** Whether the platform would use it. */
    boolean isInUse() throws SQLException {
        return !Schema.isHalfRestored(connection) && !Schema.isEmpty(connection);
    }

    /** @throws DamagedFileException when there is something in the database that no restore left */
    void requireUnused() throws SQLException, IOException {
        if (isInUse()) {
            throw new DamagedFileException("the " + address.unit().called()
                    + " is not empty. Nothing was changed. Restore into an empty one: for H2 move its folder away,"
                    + " for PostgreSQL create a new database");
        }
    }

    /** Removes what a restore left that was broken off. */
    void clear() throws SQLException {
        if (Schema.isHalfRestored(connection)) {
            dropAll();
        }
    }

    private void dropAll() throws SQLException {
        if (Table.isH2(connection)) {
            execute("drop all objects");
            return;
        }
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select quote_ident(tablename) from pg_tables where schemaname ="
                        + " current_schema order by tablename = 'restore_unfinished', tablename")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        for (String name : names) {
            execute("drop table if exists " + name + " cascade");
        }
    }

    Address address() {
        return address;
    }

    Connection connection() {
        return connection;
    }

    /** Marks it as half restored, and makes the tables as they were then. */
    void begin(List<String> changes) throws SQLException {
        Schema.restoring(connection);
        Schema.make(connection, address.unit(), changes);
        connection.setAutoCommit(false);
    }

    void table(Table table, long counted) throws SQLException, IOException {
        Table here = Table.of(connection).stream()
                .filter(each -> each.name().equals(table.name()))
                .findFirst()
                .orElseThrow(() -> new DamagedFileException("the backup has a table that its schema lacks"));
        if (!here.columns().containsAll(table.columns())) {
            throw new DamagedFileException(
                    "table " + table.name() + " of the backup has columns that its schema lacks");
        }
        filling = Optional.of(new Filling(table, counted, connection.prepareStatement(table.insert()), new long[1]));
    }

    void row(byte[] row) throws SQLException, IOException {
        Filling now = filling.orElseThrow();
        RowFormat.decode(row, now.table().columns(), now.insert());
        now.insert().addBatch();
        long count = ++now.rows()[0];
        if (count % BATCH_ROWS == 0) {
            now.insert().executeBatch();
        }
        if (count % COMMIT_ROWS == 0) {
            connection.commit();
        }
    }

    void tableEnd() throws SQLException, IOException {
        Filling now = filling.orElseThrow();
        try (PreparedStatement insert = now.insert()) {
            if (now.rows()[0] % BATCH_ROWS != 0) {
                insert.executeBatch();
            }
        }
        connection.commit();
        if (count(now.table()) != now.rows()[0]) {
            throw new DamagedFileException("table " + now.table().name() + " did not take every row");
        }
        if (now.table().identity().isPresent()) {
            String column = now.table().identity().get();
            long next = Math.max(
                            now.counted(),
                            number("select coalesce(max(" + column + "), 0) from "
                                    + now.table().name()))
                    + SKIPPED_IDENTITIES;
            execute("alter table " + now.table().name() + " alter column " + column + " restart with " + next);
            connection.commit();
        }
        filling = Optional.empty();
    }

    private long count(Table table) throws SQLException {
        return number("select count(*) from " + table.name());
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Brings everything to the disk; the mark stays. */
    void settle() throws SQLException {
        sync();
    }

    /** Marks that nothing but {@link #finish} is left to do. */
    void compared(String backup) throws SQLException {
        Schema.compared(connection, backup);
        sync();
    }

    private void sync() throws SQLException {
        connection.commit();
        if (Table.isH2(connection)) {
            execute("checkpoint sync");
        }
    }

    /** Takes the mark away. */
    void finish() throws SQLException, IOException {
        connection.setAutoCommit(true);
        Schema.restored(connection);
        boolean h2 = Table.isH2(connection);
        if (h2) {
            String path = path();
            execute("checkpoint sync");
            connection.close();
            Path file = Path.of(path.replaceFirst("^(?:[a-z]+:)*", "") + ".mv.db");
            if (Files.exists(file)) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private String path() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select database_path()")) {
            row.next();
            return row.getString(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed() && !connection.getAutoCommit()) {
            connection.rollback();
        }
        connection.close();
    }
}
