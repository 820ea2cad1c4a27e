package org.pledge.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.changelog.ChangeSet;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/** The schema of a database as data that is restored needs it, apart from a running platform. */
public final class Schema {
    private static final String MARK = "restore_unfinished";
    private static final String MAKING = "schema_unfinished";
    private static final String UPGRADING = "upgrade_unfinished";

    private Schema() {}

    /** Makes the platform's file system known to H2, under which its files are opened. */
    public static void registerFiles() {
        H2.registerFiles();
    }

    /** The changes that were applied, in their order. */
    public static List<String> changes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id from databasechangelog order by orderexecuted")) {
            List<String> ids = new ArrayList<>();
            while (row.next()) {
                ids.add(row.getString(1));
            }
            return ids;
        }
    }

    /**
     * Makes the schema of an empty database, as far as these changes go.
     *
     * @throws UnsuitableDatabaseException when this version does not know one of them
     */
    public static void make(Connection connection, DatabaseUnit unit, List<String> changes) throws SQLException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Liquibase.class.getClassLoader());
        try {
            Scope.child(
                    Map.of(AnalyticsArgs.ENABLED.getKey(), false, Scope.Attr.ui.name(), new LoggerUIService()),
                    () -> update(new JdbcConnection(connection), unit, changes));
        } catch (UnsuitableDatabaseException e) {
            throw e;
        } catch (Exception e) { // what Liquibase declares
            throw new UnsuitableDatabaseException("the schema could not be made: " + e.getMessage());
        } finally {
            thread.setContextClassLoader(before);
            connection.setAutoCommit(false);
        }
    }

    private static void update(JdbcConnection connection, DatabaseUnit unit, List<String> changes)
            throws LiquibaseException {
        Liquibase liquibase = new Liquibase(
                unit.changelog(),
                new ClassLoaderResourceAccessor(Schema.class.getClassLoader()),
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(connection));
        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
        Set<String> unknown = new HashSet<>(changes);
        unknown.removeAll(liquibase.getDatabaseChangeLog().getChangeSets().stream()
                .map(ChangeSet::getId)
                .collect(Collectors.toSet()));
        if (!unknown.isEmpty()) {
            throw new UnsuitableDatabaseException("the backup was made by a newer version of the platform, whose schema"
                    + " this one does not know (" + unknown.iterator().next()
                    + "): restore it with that version or a later one");
        }
        List<ChangeSet> ours = liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression());
        int count = 0;
        for (int i = 0; i < ours.size(); i++) {
            count = changes.contains(ours.get(i).getId()) ? i + 1 : count;
        }
        liquibase.update(count, new Contexts(), new LabelExpression());
    }

    /** Has the platform refuse the database until {@link #restored}. */
    public static void restoring(Connection connection) throws SQLException {
        execute(connection, "create table " + MARK + " (compared varchar(200))");
    }

    /** Every row of a backup is in the database, and nothing but {@link #restored} is left to do. */
    public static void compared(Connection connection, String backup) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("insert into " + MARK + " (compared) values (?)")) {
            statement.setString(1, backup);
            statement.execute();
        }
    }

    /**
     * Whether nothing but {@link #restored} is left to do of the restore of a backup that began and did not end. Never of
     * one that an earlier version began: its mark does not say.
     */
    public static boolean isCompared(Connection connection, String backup) throws SQLException {
        if (count(connection, "columns", " and lower(table_name) = '" + MARK + "' and lower(column_name) = 'compared'")
                == 0) {
            return false;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from " + MARK + " where compared = ?")) {
            statement.setString(1, backup);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Lets the platform use the database. */
    public static void restored(Connection connection) throws SQLException {
        execute(connection, "drop table " + MARK);
    }

    /** Whether a restore into it began and did not end. */
    public static boolean isHalfRestored(Connection connection) throws SQLException {
        return count(connection, "tables", " and lower(table_name) = '" + MARK + "'") > 0;
    }

    /** Whether there is no table at all. */
    public static boolean isEmpty(Connection connection) throws SQLException {
        return count(connection, "tables", "") == 0;
    }

    /** On H2, where a statement that makes a table cannot be undone: whether the first migration began and did not end. */
    static boolean isHalfMade(Connection connection) throws SQLException {
        return count(connection, "tables", " and lower(table_name) = '" + MAKING + "'") > 0;
    }

    /** Makes a database empty again that nobody could use yet, and marks that it is being made. */
    static void making(Connection connection) throws SQLException {
        execute(connection, "drop all objects");
        execute(connection, "create table " + MAKING + " (since timestamp(6) with time zone)");
    }

    /** On H2: has the next start refuse the database unless it finds that this change was applied. */
    static void changing(Connection connection, String change) throws SQLException {
        execute(connection, "create table if not exists " + UPGRADING + " (changeset varchar(255))");
        execute(connection, "delete from " + UPGRADING);
        try (PreparedStatement statement =
                connection.prepareStatement("insert into " + UPGRADING + " (changeset) values (?)")) {
            statement.setString(1, change);
            statement.execute();
        }
        connection.commit();
    }

    /** On H2: the change that began and may not be applied as a whole. */
    static Optional<String> cut(Connection connection) throws SQLException {
        if (count(connection, "tables", " and lower(table_name) = '" + UPGRADING + "'") == 0) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select changeset from " + UPGRADING
                        + " where changeset not in (select id from databasechangelog)")) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /** It is made, or brought up to date. */
    static void made(Connection connection) throws SQLException {
        execute(connection, "drop table if exists " + MAKING);
        execute(connection, "drop table if exists " + UPGRADING);
    }

    private static int count(Connection connection, String what, String which) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from information_schema." + what
                        + " where table_schema = current_schema" + which)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
