package org.pledge.distribution;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/** A PostgreSQL on a folder that outlives it, so that it can be killed and started again. */
final class PostgresServer implements AutoCloseable {
    private static final String VAULT = "pledge_vault";

    private final Path folder;
    private final int port = Platform.freePort();
    private EmbeddedPostgres running;
    private ProcessHandle postmaster;

    /** A new server, its data in a folder that does not exist yet. */
    PostgresServer(Path folder) {
        this.folder = folder;
        Platform.delete(folder);
        start();
    }

    /** Starts the server, on what it has left in its folder. */
    void start() {
        try {
            running = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_wal_size", "64MB")
                    .setServerConfig("min_wal_size", "32MB")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
            postmaster = ProcessHandle.of(Long.parseLong(
                            Files.readAllLines(folder.resolve("postmaster.pid")).get(0)))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DataSource database() {
        return running.getPostgresDatabase();
    }

    DataSource vaultDatabase() {
        return running.getDatabase("postgres", VAULT);
    }

    /** The postmaster, whose children are the other processes. */
    ProcessHandle process() {
        return postmaster;
    }

    /** Kills the postmaster, and waits until the processes that it began have noticed. */
    void kill() {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        postmaster.destroyForcibly();
        Awaitility.await("the server is gone").atMost(Duration.ofMinutes(1)).until(() -> all.stream()
                .noneMatch(ProcessHandle::isAlive));
        close();
    }

    /** Ends the server if it still runs, and starts it. */
    void restart() {
        if (postmaster.isAlive()) {
            kill();
        } else {
            close();
        }
        start();
    }

    /** Puts the platform on this server, as docs/operating.md says. */
    void configure(Platform platform) {
        configure(platform.home().resolve("etc/org.ops4j.datasource-pledge.cfg"), "pledge", "postgres");
    }

    /** Puts the platform's vault on this server, in a database of its own. */
    void configureVault(Platform platform) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + VAULT);
        }
        shareVault(platform);
    }

    /** Puts the platform's vault where that of another node is already. */
    void shareVault(Platform platform) {
        configure(platform.home().resolve("etc/org.ops4j.datasource-vault.cfg"), VAULT, VAULT);
    }

    private void configure(Path file, String name, String database) {
        try {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(line -> line.matches("(osgi.jdbc.driver.name|url|user|password) =.*") ? "#" + line : line)
                    .map(line -> line.startsWith("#osgi.jdbc.driver.name = PostgreSQL") ? line.substring(1) : line)
                    .map(line -> line.startsWith("#url = jdbc:postgresql:")
                            ? line.substring(1)
                                    .replace("127.0.0.1:5432/" + name + "?", "127.0.0.1:" + port + "/" + database + "?")
                            : line)
                    .toList();
            Files.write(file, lines);
            Files.write(file, List.of("user = postgres", "password = postgres"), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
