package org.pledge.store.jpa.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;

/** A database that was checked and migrated. */
public final class Database implements AutoCloseable {
    private static final int OLDEST_POSTGRESQL = 15;

    private final DataSource dataSource;
    private final EntityManagerFactory entities;
    private final Dialect dialect;
    private final Optional<GroupSync> sync;

    private Database(DataSource dataSource, EntityManagerFactory entities, Dialect dialect, Optional<GroupSync> sync) {
        this.dataSource = dataSource;
        this.entities = entities;
        this.dialect = dialect;
        this.sync = sync;
    }

    /**
     * Checks and migrates a database.
     *
     * @throws UnsuitableDatabaseException when it does not keep what it acknowledges, or is too old
     * @throws SqlFailure when it cannot be reached
     */
    static Database open(DataSource dataSource, EntityManagerFactory entities) {
        try {
            Dialect dialect = check(dataSource);
            Migration.run(dataSource, dialect);
            deploy(entities);
            if (dialect == Dialect.POSTGRESQL) {
                return new Database(dataSource, entities, dialect, Optional.empty());
            }
            GroupSync sync = new GroupSync(dataSource);
            sync.await();
            return new Database(dataSource, entities, dialect, Optional.of(sync));
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /** EclipseLink reads its entities at the first use: now, on this thread, and not under the framework's locks. */
    private static void deploy(EntityManagerFactory entities) {
        entities.createEntityManager().close();
    }

    private static Dialect check(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
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

    Dialect dialect() {
        return dialect;
    }

    EntityManager entityManager() {
        return entities.createEntityManager();
    }

    /** Returns once everything committed before the call is on disk; PostgreSQL's commit does not return earlier. */
    void awaitDurable() {
        sync.ifPresent(GroupSync::await);
    }

    /** Ends when the database can no longer be trusted to keep what is committed. */
    CompletableFuture<Void> failure() {
        return sync.map(GroupSync::failure).orElseGet(CompletableFuture::new);
    }

    /** Closes an embedded database without writing, so that it is opened again as after a crash. */
    void abandon() {
        if (dialect == Dialect.H2) {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("shutdown immediately");
            } catch (SQLException e) {
                return; // it is closed already
            }
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
