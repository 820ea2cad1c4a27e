package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.change.AbstractSQLChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
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
                } else if (h2) {
                    requireWhole(connection);
                }
                Scope.child(
                        Map.of(AnalyticsArgs.ENABLED.getKey(), false), () -> update(connection, unit.changelog(), h2));
                if (h2) {
                    Schema.made(connection);
                }
            } finally {
                letOthersIn(guard, dialect, unit);
                connection.setAutoCommit(true);
            }
        } catch (SQLException | UnsuitableDatabaseException e) {
            throw e;
        } catch (Exception e) { // what Liquibase declares
            throw new UnsuitableDatabaseException("the schema could not be migrated: " + e.getMessage());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void requireWhole(Connection connection) throws SQLException {
        Optional<String> cut = Schema.cut(connection);
        if (cut.isPresent()) {
            throw new UnsuitableDatabaseException("its upgrade was cut off in the midst of the change " + cut.get()
                    + ": stop the platform, move data/db and data/vault away, and restore the backup that you made before"
                    + " the upgrade, or copy both from the old distribution again");
        }
    }

    private static void update(Connection connection, String changelog, boolean h2) throws LiquibaseException {
        Database database =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
        // nobody else migrates now, so a lock that is there was left behind by a process that died
        LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
        Liquibase liquibase =
                new Liquibase(changelog, new ClassLoaderResourceAccessor(Migration.class.getClassLoader()), database);
        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
        if (h2) {
            liquibase.setChangeExecListener(new Marking(connection));
        }
        liquibase.update(new Contexts());
    }

    /** On H2 what a statement makes stays, whatever becomes of its change: names the change before it begins. */
    private static final class Marking extends AbstractChangeExecListener {
        private static final Pattern REPEATABLE = Pattern.compile("\\bif (not )?exists\\b|\\bset data type\\b");

        private final Connection connection;

        Marking(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void willRun(ChangeSet change, DatabaseChangeLog all, Database database, ChangeSet.RunStatus status) {
            if (!isRepeatable(change)) {
                try {
                    Schema.changing(connection, change.getId());
                } catch (SQLException e) {
                    throw SqlFailure.of(e);
                }
            }
        }

        private static boolean isRepeatable(ChangeSet change) {
            return change.getChanges().stream()
                    .allMatch(one -> one instanceof AbstractSQLChange sql
                            && Arrays.stream(sql.getSql().strip().split(";"))
                                    .allMatch(statement ->
                                            REPEATABLE.matcher(statement).find()));
        }
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
