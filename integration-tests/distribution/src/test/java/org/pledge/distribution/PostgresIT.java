package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** One changed file puts the platform on PostgreSQL. */
class PostgresIT {
    private final Platform platform = Platform.unpack("postgres");

    @Test
    void oneChangedFilePutsThePlatformOnPostgres() throws SQLException {
        try (PostgresServer postgres =
                new PostgresServer(Path.of("target", "postgres-data").toAbsolutePath())) {
            postgres.configure(platform);
            platform.start();
            try {
                assertThat(platform.pledge("shell", "pledge:credential-issue --tenant korax --role operator postgres")
                                .code())
                        .isZero();
                assertThat(platform.pledge("shell", "policy:list").out()).contains("Korax Web Services");
            } finally {
                platform.pledge("stop");
            }
            try (Connection connection = postgres.database().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from policy_version")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(5);
            }
            assertThat(platform.home().resolve("data/db")).doesNotExist();
        }
    }
}
