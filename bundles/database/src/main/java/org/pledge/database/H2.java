package org.pledge.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;

/** What H2 does through its own objects, and by no statement. */
final class H2 {
    private H2() {}

    /** Makes {@link DurableFile} known to H2. */
    static void registerFiles() {
        FilePath.register(new DurableFile());
    }

    /**
     * Brings everything committed before the call to the disk. H2's {@code checkpoint sync} does not: it does not wait
     * for what H2's own threads have taken over and not yet written.
     */
    static void sync(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("checkpoint");
            MVStore store = store(connection);
            store.executeFilestoreOperation(() -> {}); // after all that was begun before
            store.sync();
        } catch (MVStoreException | ReflectiveOperationException e) {
            throw new SQLException("the disk did not take what was written", e);
        }
    }

    /** The database's file, with the names of the file systems that it lies on, and without its suffix. */
    static String path(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select database_path()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Closes the database without writing: once a write has failed, not even "shutdown immediately" works. */
    static void shutDown(Connection connection) throws SQLException {
        try {
            call(call(session(connection), "getDatabase"), "shutdownImmediately");
        } catch (ReflectiveOperationException e) {
            throw new SQLException("this H2 cannot be shut down", e);
        }
    }

    /** Ends a connection whose H2 has closed its store after a failed write: a rollback on it would spin for ever. */
    static void endIfBroken(Connection connection) throws SQLException {
        try {
            if (store(connection).isClosed()) {
                call(session(connection), "close");
            }
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the connection has ended already", e);
        }
    }

    static MVStore store(Connection connection) throws ReflectiveOperationException, SQLException {
        return (MVStore) call(call(call(session(connection), "getDatabase"), "getStore"), "getMvStore");
    }

    private static Object session(Connection connection) throws ReflectiveOperationException, SQLException {
        return call(connection.unwrap(Connection.class), "getSession");
    }

    /** H2 does not export these classes. */
    private static Object call(Object target, String method) throws ReflectiveOperationException {
        return target.getClass().getMethod(method).invoke(target);
    }
}
