package org.pledge.store.jpa.internal;

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
    private static final String CHANGELOG = "db/changelog.sql";
    private static final long POSTGRESQL_LOCK = 0x706c65646765L;

    private Migration() {}

    /** Liquibase finds its own parts through the thread's class loader, and our changelog through ours. */
    static void run(DataSource dataSource, Dialect dialect) throws SQLException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Liquibase.class.getClassLoader());
        try (Connection guard = dataSource.getConnection();
                Connection connection = dataSource.getConnection()) {
            keepOthersOut(guard, dialect);
            try {
                Scope.child(
                        Map.of(AnalyticsArgs.ENABLED.getKey(), false), () -> update(new JdbcConnection(connection)));
            } finally {
                letOthersIn(guard, dialect);
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

    private static void update(JdbcConnection connection) throws LiquibaseException {
        Database database = DatabaseFactory.getInstance().findCorrectDatabaseImplementation(connection);
        // nobody else migrates now, so a lock that is there was left behind by a process that died
        LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
        Liquibase liquibase =
                new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(Migration.class.getClassLoader()), database);
        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
        liquibase.update(new Contexts());
    }

    /** A session lock, which ends with its holder; an H2 file belongs to one process anyway. */
    private static void keepOthersOut(Connection guard, Dialect dialect) throws SQLException {
        postgresql(guard, dialect, "select pg_advisory_lock(" + POSTGRESQL_LOCK + ")");
    }

    private static void letOthersIn(Connection guard, Dialect dialect) throws SQLException {
        postgresql(guard, dialect, "select pg_advisory_unlock(" + POSTGRESQL_LOCK + ")");
    }

    private static void postgresql(Connection connection, Dialect dialect, String sql) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
