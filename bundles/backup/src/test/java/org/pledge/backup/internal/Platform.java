package org.pledge.backup.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.pledge.backup.internal.Target.Address;
import org.pledge.database.DatabaseUnit;
import org.pledge.database.Schema;
import org.postgresql.ds.PGSimpleDataSource;

/** Both databases of a platform, without one. */
record Platform(Address main, Address vault) {
    private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TIME ZONE=UTC;LOCK_TIMEOUT=5000";

    static Platform h2(Path folder) {
        return new Platform(
                h2(DatabaseUnit.MAIN, folder.resolve("db/pledge")), h2(DatabaseUnit.VAULT, folder.resolve("vault/v")));
    }

    private static Address h2(DatabaseUnit unit, Path file) {
        return new Address(unit, "jdbc:h2:durable:retry:" + file.toAbsolutePath() + OPTIONS, "sa", "");
    }

    /** Two new databases on a server. */
    static Platform postgresql(String server) throws SQLException {
        List<Address> made = new ArrayList<>();
        for (DatabaseUnit unit : List.of(DatabaseUnit.MAIN, DatabaseUnit.VAULT)) {
            String name = "d" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = DriverManager.getConnection(server, "postgres", "")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create database " + name);
                }
            }
            made.add(new Address(unit, server.replaceFirst("/postgres(?=\\?|$)", "/" + name), "postgres", ""));
        }
        return new Platform(made.get(0), made.get(1));
    }

    List<Address> addresses() {
        return List.of(vault, main);
    }

    List<BackupWriter.Source> sources() {
        return addresses().stream()
                .map(each -> new BackupWriter.Source(each.unit().name(), dataSource(each)))
                .toList();
    }

    private static DataSource dataSource(Address address) {
        if (address.url().startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(address.url());
            h2.setUser(address.user());
            h2.setPassword(address.password());
            return h2;
        }
        PGSimpleDataSource postgresql = new PGSimpleDataSource();
        postgresql.setUrl(address.url());
        postgresql.setUser(address.user());
        return postgresql;
    }

    /** Gives a connection that stays open when it is given back, and one of whose methods fails. */
    static DataSource pool(Connection connection, String failing) {
        Connection given = proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals(failing)) {
                throw new SQLException("made to fail");
            }
            return method.getName().equals("close") ? null : invoke(connection, method, arguments);
        });
        return proxy(DataSource.class, (proxy, method, arguments) -> given);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Platform.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Connection connection, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Makes the newest schema of both. */
    Platform migrated() throws SQLException, IOException {
        for (Address each : addresses()) {
            try (Connection connection = each.connect()) {
                Schema.make(connection, each.unit(), changes(each.unit()));
                connection.commit();
            }
        }
        return this;
    }

    static List<String> changes(DatabaseUnit unit) throws IOException {
        try (InputStream in = Platform.class.getClassLoader().getResourceAsStream(unit.changelog())) {
            return Pattern.compile("(?m)^-- changeset pledge:(\\S+)")
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
    }

    static void run(Address address, String sql, Object... parameters) throws SQLException {
        try (Connection connection = address.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    /** Every row of every table as bytes, sorted. */
    static List<String> rows(Address address) throws SQLException, IOException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = address.connect()) {
            for (Table table : Table.of(connection)) {
                Table sorted = new Table(
                        table.name(),
                        table.columns().stream()
                                .sorted(java.util.Comparator.comparing(Table.Column::name))
                                .toList(),
                        table.identity());
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(sorted.select())) {
                    while (row.next()) {
                        rows.add(table.name() + " "
                                + java.util.HexFormat.of().formatHex(RowFormat.encode(row, sorted.columns())));
                    }
                }
            }
        }
        return rows.stream().sorted().toList();
    }
}
