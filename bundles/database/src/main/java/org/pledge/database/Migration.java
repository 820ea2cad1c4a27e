package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.lockservice.LockServiceFactory;
import liquibase.resource.ClassLoaderResourceAccessor;

/** Brings the schema to the present version. */
final class Migration {
    private Migration() {}

    /** Liquibase finds its own parts through the thread's class loader, and our changelog through ours. */
    static void run(DataSource dataSource, Dialect dialect, DatabaseUnit unit) throws SQLException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Liquibase.class.getClassLoader());
        try (Connection guard = dataSource.getConnection();
                Connection connection = dataSource.getConnection()) {
            keepOthersOut(guard, dialect, unit);
            boolean h2 = dialect == Dialect.H2;
            try {
                if (h2 && (Schema.isEmpty(connection) || Schema.isHalfMade(connection))) {
                    Schema.making(connection);
                }
                Scope.child(
                        Map.of(AnalyticsArgs.ENABLED.getKey(), false),
                        () -> update(new JdbcConnection(connection), unit.changelog()));
                if (h2) {
                    Schema.made(connection);
                }
            } finally {
                letOthersIn(guard, dialect, unit);
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) { // what Liquibase declares
            throw new UnsuitableDatabaseException("the schema could not be migrated: " + e.getMessage());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void update(JdbcConnection connection, String changelog) throws LiquibaseException {
        Database database = DatabaseFactory.getInstance().findCorrectDatabaseImplementation(connection);
        // nobody else migrates now, so a lock that is there was left behind by a process that died
        LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
        Liquibase liquibase =
                new Liquibase(changelog, new ClassLoaderResourceAccessor(Migration.class.getClassLoader()), database);
        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
        liquibase.update(new Contexts());
    }

    /** A session lock, which ends with its holder; an H2 file belongs to one process anyway. */
    private static void keepOthersOut(Connection guard, Dialect dialect, DatabaseUnit unit) throws SQLException {
        postgresql(guard, dialect, "select pg_advisory_lock(" + unit.migrationLock() + ")");
    }

    private static void letOthersIn(Connection guard, Dialect dialect, DatabaseUnit unit) throws SQLException {
        postgresql(guard, dialect, "select pg_advisory_unlock(" + unit.migrationLock() + ")");
    }

    private static void postgresql(Connection connection, Dialect dialect, String sql) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
