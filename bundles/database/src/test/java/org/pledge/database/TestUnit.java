package org.pledge.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Databases of one unit, outside a container. */
public record TestUnit(DatabaseUnit unit) {
    private static final String H2_OPTIONS =
            ";TRACE_LEVEL_FILE=0;DB_CLOSE_ON_EXIT=FALSE;TIME ZONE=UTC" + ";LOCK_TIMEOUT=5000;QUERY_CACHE_SIZE=256";

    /** One in H2's file {@code pledge} in this folder. */
    public TestDatabase h2(Path folder) {
        return h2("", folder);
    }

    /** As {@link #h2(Path)}, on H2's file system of this prefix. */
    public TestDatabase h2(String prefix, Path folder) {
        return new TestDatabase(
                "jdbc:h2:durable:retry:" + prefix + folder.toAbsolutePath() + "/pledge" + H2_OPTIONS, "sa", unit);
    }

    /** As {@link #h2(Path)}, as H2 keeps it by itself. */
    public TestDatabase bareH2(Path folder) {
        return new TestDatabase("jdbc:h2:retry:" + folder.toAbsolutePath() + "/pledge" + H2_OPTIONS, "sa", unit);
    }

    /** One on a server. */
    public TestDatabase postgresql(EmbeddedPostgres server) {
        return postgresql(server, "");
    }

    private TestDatabase postgresql(EmbeddedPostgres server, String options) {
        return new TestDatabase(server.getJdbcUrl("postgres", "postgres") + options, "postgres", unit);
    }

    /** One on the server that all tests share, as the user that our instructions make; it ends with the process. */
    public TestDatabase postgresql() {
        return shared("");
    }

    private TestDatabase shared(String options) {
        String name = unit == DatabaseUnit.VAULT ? "pledge_vault" : "pledge";
        return new TestDatabase(sharedUrl(name, name) + options, name, unit);
    }

    static String sharedUrl(String user, String database) {
        return SharedServer.RUNNING.getJdbcUrl(user, database);
    }

    /** As {@link #postgresql()}, each session with a setting of its own. */
    public TestDatabase postgresqlWith(String setting, String value) {
        return shared("&options=-c%20" + setting + "=" + value);
    }

    /** A server that keeps what it acknowledges. */
    public static EmbeddedPostgres server() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SharedServer {
        static final EmbeddedPostgres RUNNING = prepared(server());

        private static EmbeddedPostgres prepared(EmbeddedPostgres server) {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : instructions()) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return server;
        }

        /** What a superuser is told to do. */
        private static List<String> instructions() {
            try {
                String page = Files.readString(Path.of(System.getProperty("basedir", "."), "../../docs/operating.md"));
                int from = page.indexOf("create role pledge ");
                return Arrays.stream(
                                page.substring(from, page.indexOf("```", from)).split(";"))
                        .filter(sql -> !sql.isBlank())
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
