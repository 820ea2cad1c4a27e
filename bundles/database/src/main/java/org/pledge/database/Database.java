package org.pledge.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database that was checked and migrated. */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int OLDEST_POSTGRESQL = 15;
    private static final int TRIES = 3;
    /**
     * H2 says so of a database of its own, too: when the last connection to one that was abandoned ends, H2 forgets the
     * one that was opened after it by the same name. That one is not in use yet, and its pooled connections still work.
     */
    private static final String ALREADY_OPEN = "90020";

    /** More than all threads together can be ahead of what is stored. */
    private static final int SKIPPED_IDENTITIES = 1024;

    private final DataSource dataSource;
    private final EntityManagerFactory entities;
    private final Dialect dialect;
    private final Optional<GroupSync> sync;
    private final Optional<DatabaseFile> file;

    private Database(
            DataSource dataSource,
            EntityManagerFactory entities,
            Dialect dialect,
            Optional<GroupSync> sync,
            Optional<DatabaseFile> file) {
        this.dataSource = dataSource;
        this.entities = entities;
        this.dialect = dialect;
        this.sync = sync;
        this.file = file;
    }

    /**
     * Checks and migrates a database.
     *
     * @throws UnsuitableDatabaseException when it does not keep what it acknowledges, or is too old
     * @throws SqlFailure when it cannot be reached
     */
    public static Database open(
            DataSource dataSource, EntityManagerFactory entities, DatabaseUnit unit, DatabaseFile.Opener files) {
        try {
            H2.registerFiles();
            endStale(dataSource);
            Dialect dialect = check(dataSource);
            Migration.run(dataSource, dialect, unit);
            if (dialect == Dialect.H2) {
                skipIdentities(dataSource);
            }
            deploy(entities);
            if (dialect == Dialect.POSTGRESQL) {
                return new Database(dataSource, entities, dialect, Optional.empty(), Optional.empty());
            }
            GroupSync sync = new GroupSync(dataSource, H2::sync);
            DatabaseFile file = new DatabaseFile(path(dataSource), files);
            return new Database(dataSource, entities, dialect, Optional.of(sync), Optional.of(file));
        } catch (UnsuitableDatabaseException e) {
            shutDownPooled(dataSource); // opened before its file system was known, it is another file
            throw e;
        } catch (SQLException e) {
            if (ALREADY_OPEN.equals(e.getSQLState())) {
                shutDownPooled(dataSource);
            }
            throw SqlFailure.of(e);
        }
    }

    /**
     * H2 gives out values of an identity before it has stored how far it may go: after a crash it could give some of
     * them again.
     */
    private static void skipIdentities(DataSource dataSource) throws SQLException {
        String identities = "select table_name, column_name, identity_base from information_schema.columns"
                + " where table_schema = current_schema and is_identity = 'YES'";
        try (Connection connection = dataSource.getConnection();
                Statement read = connection.createStatement();
                Statement change = connection.createStatement();
                ResultSet row = read.executeQuery(identities)) {
            while (row.next()) {
                change.execute("alter table " + row.getString(1) + " alter column " + row.getString(2)
                        + " restart with " + (row.getLong(3) + SKIPPED_IDENTITIES));
            }
        }
    }

    /** EclipseLink reads its entities at the first use: now, on this thread, and not under the framework's locks. */
    private static void deploy(EntityManagerFactory entities) {
        entities.createEntityManager().close();
    }

    private static String path(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return H2.path(connection);
        }
    }

    private static void requireDurableFile(String path) {
        if (!path.startsWith(DurableFile.SCHEME + ":")) {
            throw new UnsuitableDatabaseException(
                    "the database's url does not name the file system \"durable:\", without"
                            + " which a power failure may lose data: set url = jdbc:h2:durable:retry:<file>");
        }
    }

    private static Dialect check(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            if (Schema.isHalfRestored(connection)) {
                throw new UnsuitableDatabaseException(
                        "a restore into it did not finish: stop the platform and restore again");
            }
            if (dialect == Dialect.POSTGRESQL) {
                int version = connection.getMetaData().getDatabaseMajorVersion();
                if (version < OLDEST_POSTGRESQL) {
                    throw new UnsuitableDatabaseException(
                            "PostgreSQL " + version + " is too old: use " + OLDEST_POSTGRESQL + " or later");
                }
                require(connection, "fsync", Set.of("on"));
                require(connection, "synchronous_commit", Set.of("on", "remote_apply"));
            } else {
                require(connection, "time zone", Set.of("UTC"));
                requireDurableFile(H2.path(connection));
            }
            return dialect;
        }
    }

    private static void require(Connection connection, String setting, Set<String> allowed) throws SQLException {
        String sql = Dialect.of(connection) == Dialect.POSTGRESQL
                ? "show " + setting
                : "select setting_value from information_schema.settings where lower(setting_name) = '" + setting + "'";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            String value = row.next() ? row.getString(1) : "";
            if (!allowed.contains(value)) {
                throw new UnsuitableDatabaseException("the database runs with " + setting + "=" + value
                        + ", with which data may be lost or misread: set it to " + String.join(" or ", allowed));
            }
        }
    }

    /** Which of the two it is. */
    public Dialect dialect() {
        return dialect;
    }

    /**
     * A connection on which a transaction can begin.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when there is none
     */
    Connection connection() {
        try {
            return begun(dataSource.getConnection());
        } catch (SQLException e) {
            throw SqlFailure.unavailable();
        }
    }

    private static Connection begun(Connection connection) throws SQLException {
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Entities for one transaction. */
    public EntityManager entityManager() {
        return entities.createEntityManager();
    }

    /** Returns once everything committed before the call is on disk; PostgreSQL's commit does not return earlier. */
    public void awaitDurable() {
        sync.ifPresent(GroupSync::await);
    }

    /** Whether everything that the database shows is on disk; otherwise it has failed. */
    boolean isDurable() {
        try {
            awaitDurable();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Ends when the database can no longer be trusted to keep what is committed. */
    public CompletableFuture<Void> failure() {
        return sync.map(GroupSync::failure).orElseGet(CompletableFuture::new);
    }

    /**
     * Closes an embedded database without writing, so that it is opened again as after a crash, and ends the pool's
     * connections: those to a database that failed pass for valid, and fail at every statement.
     */
    public void abandon() {
        sync.ifPresent(GroupSync::abandon);
        if (dialect == Dialect.H2) {
            shutDownPooled(dataSource);
        }
    }

    private static void shutDownPooled(DataSource dataSource) {
        List<Connection> taken = new ArrayList<>();
        try {
            while (true) {
                Connection pooled = dataSource.getConnection();
                taken.add(pooled);
                if (works(pooled)) { // opened in the meantime
                    H2.shutDown(pooled);
                    pooled.unwrap(Connection.class).close();
                    break;
                }
                endDead(pooled);
            }
        } catch (SQLException e) {
            LOG.debug("No more connections: the database is closed");
        } finally {
            taken.forEach(Database::giveBack);
        }
    }

    /** One that ended before is still in the pool, and is only taken out of the next one's way. */
    private static void endDead(Connection pooled) {
        try {
            H2.shutDown(pooled);
            pooled.unwrap(Connection.class).close();
        } catch (SQLException e) {
            LOG.debug("A connection had ended before");
        }
    }

    /** Ends the pool's connections to a database that was abandoned, those too that were in use then. */
    private static void endStale(DataSource dataSource) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        try {
            taken.add(dataSource.getConnection());
            while (!works(taken.get(taken.size() - 1))) {
                taken.get(taken.size() - 1).unwrap(Connection.class).close();
                taken.add(dataSource.getConnection());
            }
        } finally {
            taken.forEach(Database::giveBack);
        }
    }

    private static boolean works(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection was closed before it was given back");
        }
    }

    /** Ends a connection to a database that no statement reaches any more. */
    void endIfBroken(Connection connection) {
        if (dialect == Dialect.H2) {
            try {
                H2.endIfBroken(connection);
            } catch (SQLException e) {
                LOG.debug("The connection has ended already");
            }
        }
    }

    /**
     * Abandons the database, and makes what is in its file durable.
     *
     * @return false when the disk did not take it; the database must then not be opened before this succeeds
     */
    boolean renew() {
        try {
            for (int i = 0; i < TRIES; i++) {
                abandon(); // again, when a pool has opened it in the meantime
                if (file.isEmpty() || file.get().rewrite()) {
                    return true;
                }
            }
            return false;
        } catch (IOException | RuntimeException e) {
            LOG.debug("The database cannot be renewed yet: {}", e.getClass().getName());
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (sync.isPresent()) {
                sync.get().close();
            }
        } catch (SQLException e) {
            return; // the connection is gone already
        }
    }
}
