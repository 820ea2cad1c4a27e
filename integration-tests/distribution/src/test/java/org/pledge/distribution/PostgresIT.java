package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One changed file puts the platform on PostgreSQL. */
class PostgresIT {
    private final Platform platform = Platform.unpack("postgres");

    @Test
    void oneChangedFilePutsThePlatformOnPostgres() throws IOException, SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            configure(postgres.getPort());
            platform.start();
            try {
                assertThat(platform.pledge("shell", "pledge:credential-issue --tenant korax --role operator postgres")
                                .code())
                        .isZero();
                assertThat(platform.pledge("shell", "policy:list").out()).contains("Korax Web Services");
            } finally {
                platform.pledge("stop");
            }
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from policy_version")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(5);
            }
            assertThat(platform.home().resolve("data/db")).doesNotExist();
        }
    }

    private void configure(int port) throws IOException {
        Path file = platform.home().resolve("etc/org.ops4j.datasource-pledge.cfg");
        List<String> lines = Files.readAllLines(file).stream()
                .map(line -> line.matches("(osgi.jdbc.driver.name|url|user|password) =.*") ? "#" + line : line)
                .map(line -> line.startsWith("#osgi.jdbc.driver.name = PostgreSQL") ? line.substring(1) : line)
                .map(line -> line.startsWith("#url = jdbc:postgresql:")
                        ? line.substring(1).replace("127.0.0.1:5432/pledge", "127.0.0.1:" + port + "/postgres")
                        : line)
                .toList();
        Files.write(file, lines);
        Files.write(file, List.of("user = postgres", "password = postgres"), java.nio.file.StandardOpenOption.APPEND);
    }
}
