package org.pledge.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL server of our own, which keeps what it acknowledges. */
final class Postgresql implements AutoCloseable {
    static final String USER = "postgres";

    private final EmbeddedPostgres server;
    private final long postmaster;

    /** Starts it with its data in a new folder. */
    Postgresql(Path data) throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
    }

    /** The database that every server has. */
    String url() {
        return server.getJdbcUrl(USER, "postgres");
    }

    /** A new database. */
    String make(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), USER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + database);
        }
        return server.getJdbcUrl(USER, database);
    }

    /** The CPU time of this process and of the server, in nanoseconds. */
    long cpu() {
        return Usage.ownCpu() + Usage.cpu(postmaster);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
