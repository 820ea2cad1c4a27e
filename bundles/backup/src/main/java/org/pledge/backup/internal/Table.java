package org.pledge.backup.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table.
 *
 * @param name in lower case
 * @param identity its column that numbers itself, if it has one
 */
record Table(String name, List<Column> columns, Optional<String> identity) {
    /** Keys that everything else is wrapped under, which stand apart from it. */
    static final Set<String> KEYS = Set.of("epoch_key", "wrapping_key", "intake_key");

    private static final Set<String> OF_THE_SCHEMA =
            Set.of("databasechangelog", "databasechangeloglock", "restore_unfinished");

    /** A column; its name in lower case. */
    record Column(String name, ColumnType type) {}

    /** The tables of a database that hold data, by their names. */
    static List<Table> of(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        // partitions are read through the table they belong to
        String sql = isH2(connection)
                ? "select table_name from information_schema.tables where table_schema = current_schema"
                        + " and table_type = 'BASE TABLE' order by table_name"
                : "select relname from pg_class where relnamespace = current_schema::text::regnamespace"
                        + " and relkind in ('r', 'p') and not relispartition order by relname";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        List<Table> tables = new ArrayList<>();
        for (String name : names) {
            if (!OF_THE_SCHEMA.contains(lower(name))) {
                tables.add(read(connection, name));
            }
        }
        return tables;
    }

    private static Table read(Connection connection, String name) throws SQLException {
        List<Column> columns = new ArrayList<>();
        Optional<String> identity = Optional.empty();
        String sql = "select column_name, data_type, is_identity from information_schema.columns where table_schema ="
                + " current_schema and table_name = ? and is_generated = 'NEVER' order by ordinal_position";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String column = lower(row.getString(1));
                    String type = lower(row.getString(2));
                    columns.add(new Column(
                            column,
                            ColumnType.ofSqlName(type)
                                    .orElseThrow(() -> new IllegalStateException("column " + column + " of table "
                                            + lower(name) + " has a type that backups do not know: " + type))));
                    if (row.getString(3).equals("YES")) {
                        identity = Optional.of(column);
                    }
                }
            }
        }
        return new Table(lower(name), List.copyOf(columns), identity);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static boolean isH2(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("H2");
    }

    boolean holdsKeys() {
        return KEYS.contains(name);
    }

    /** How far its identity has counted; 0 without one. */
    long counted(Connection connection) throws SQLException {
        if (identity.isEmpty()) {
            return 0;
        }
        String sql = isH2(connection)
                ? "select identity_base from information_schema.columns where table_schema = current_schema"
                        + " and lower(table_name) = ? and is_identity = 'YES'"
                : "select last_value from pg_sequences where schemaname = current_schema and (quote_ident(schemaname)"
                        + " || '.' || quote_ident(sequencename)) = pg_get_serial_sequence(?, '" + identity.get() + "')";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    String select() {
        return "select " + names() + " from " + name;
    }

    String insert() {
        return "insert into " + name + " (" + names() + ") values ("
                + columns.stream().map(any -> "?").collect(Collectors.joining(", ")) + ")";
    }

    private String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
