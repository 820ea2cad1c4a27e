package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps apart, on PostgreSQL, a backup and what locks a table against its readers: that would wait for the backup, and
 * whoever uses the table would wait for that.
 */
public final class BackupLock {
    private static final String KEY = "(hashtext('pledge backup'))";

    private BackupLock() {}

    /** Takes it for the connection, once those have ended who lock tables now. */
    public static void take(Connection connection) throws SQLException {
        run(connection, "select pg_advisory_lock" + KEY);
    }

    /** Gives it back; a connection that does not take that is ended, and the lock with it. */
    public static void release(Connection connection) throws SQLException {
        try {
            run(connection, "select pg_advisory_unlock" + KEY);
        } catch (SQLException e) {
            connection.abort(Runnable::run);
        }
    }

    /** Whether there is no backup now; none begins to read before the transaction ends then. */
    public static boolean isFree(Work work) {
        return work.queryOne(row -> row.getBoolean(1), "select pg_try_advisory_xact_lock_shared" + KEY)
                .orElse(false);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
