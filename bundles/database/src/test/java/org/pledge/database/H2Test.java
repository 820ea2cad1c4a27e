package org.pledge.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2Test {
    @TempDir
    private Path folder;

    /** H2 stores what was committed on threads of its own, too, and then a commit finds nothing left to write. */
    @Test
    void aSyncWaitsForWhatH2WritesByItself() throws SQLException, ReflectiveOperationException {
        H2.registerFiles();
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        String url =
                "jdbc:h2:durable:" + UnreliableDisk.PREFIX + folder.toAbsolutePath() + "/pledge;TRACE_LEVEL_FILE=0";
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(k int)");
            H2.sync(connection);
            MVStore store = H2.store(connection);
            CompletableFuture<Boolean> synced;
            disk.hold();
            try {
                statement.execute("insert into t values (1)");
                await().until(() -> {
                    store.tryCommit();
                    return !store.hasUnsavedChanges();
                });
                synced = CompletableFuture.supplyAsync(() -> sync(connection));
                await().during(Duration.ofMillis(200)).until(() -> !synced.isDone());
            } finally {
                disk.release();
            }
            assertThat(synced.join()).isTrue();
        }
    }

    private static boolean sync(Connection connection) {
        try {
            H2.sync(connection);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
