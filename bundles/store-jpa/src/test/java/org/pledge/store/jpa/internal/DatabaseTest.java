package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;

final class DatabaseTest {
    private static final TenantId TENANT = new TenantId("kx");

    @TempDir
    private Path folder;

    private static void execute(TestDatabase test, String sql) throws SQLException {
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void keepsItsDataWhenItIsOpenedAgain() {
        SubjectId subject = SubjectId.random();
        for (long expected = 1; expected <= 3; expected++) {
            try (TestDatabase test = TestDatabase.h2(folder);
                    Database database = test.open()) {
                Stores stores = TestDatabase.stores(database);
                assertThat(stores.transactions()
                                .required(() -> stores.consents().nextEpoch(TENANT, subject)))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void migratesAlthoughAProcessDiedWhileItMigrated() throws SQLException {
        try (TestDatabase test = TestDatabase.h2(folder)) {
            test.open().close();
            execute(test, "update databasechangeloglock set locked = true, lockgranted = current_timestamp");
            test.open().close();
        }
        try (TestDatabase test = TestDatabase.postgresql()) {
            test.open().close();
            execute(test, "update databasechangeloglock set locked = true, lockgranted = current_timestamp");
            test.open().close();
        }
    }

    @Test
    void everyPrimaryKeyStartsWithTheTenant() throws SQLException {
        List<String> others = new ArrayList<>();
        try (TestDatabase test = TestDatabase.h2(folder);
                Database database = test.open();
                Connection connection = test.dataSource().getConnection()) {
            assertThat(database.dialect()).isEqualTo(Dialect.H2);
            DatabaseMetaData metaData = connection.getMetaData();
            try (ResultSet tables = metaData.getTables(null, "PUBLIC", "%", new String[] {"BASE TABLE"})) {
                while (tables.next()) {
                    String table = tables.getString("TABLE_NAME");
                    if (!firstOfPrimaryKey(metaData, table).equals("TENANT")) {
                        others.add(table.toLowerCase(Locale.ROOT));
                    }
                }
            }
        }
        assertThat(others).containsExactlyInAnyOrder("databasechangelog", "databasechangeloglock", "epoch_key");
    }

    private static String firstOfPrimaryKey(DatabaseMetaData metaData, String table) throws SQLException {
        try (ResultSet keys = metaData.getPrimaryKeys(null, "PUBLIC", table)) {
            while (keys.next()) {
                if (keys.getInt("KEY_SEQ") == 1) {
                    return keys.getString("COLUMN_NAME");
                }
            }
            return "";
        }
    }

    @Test
    void refusesPostgresqlThatAcknowledgesBeforeTheDiskHasIt() {
        for (String value : List.of("off", "local", "remote_write")) {
            try (TestDatabase test = TestDatabase.postgresqlWith("synchronous_commit", value)) {
                assertThatThrownBy(test::open)
                        .isInstanceOf(UnsuitableDatabaseException.class)
                        .hasMessageContaining("synchronous_commit=" + value);
            }
        }
        try (TestDatabase test = TestDatabase.postgresqlWith("synchronous_commit", "remote_apply")) {
            test.open().close();
        }
    }

    @Test
    void refusesPostgresqlThatDoesNotSync() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                TestDatabase test = TestDatabase.postgresql(server)) {
            assertThatThrownBy(test::open)
                    .isInstanceOf(UnsuitableDatabaseException.class)
                    .hasMessageContaining("fsync=off");
        }
    }

    @Test
    void saysThatItIsUnavailableWhileTheServerIsDown() throws IOException {
        try (EmbeddedPostgres server = TestDatabase.server();
                TestDatabase test = TestDatabase.postgresql(server);
                Database database = test.open()) {
            test.dataSource().setConnectionTimeout(500);
            Stores stores = TestDatabase.stores(database);
            stores.transactions().required(() -> stores.policies().all());
            assertThatThrownBy(() -> stores.transactions().required(() -> {
                        stores.policies().all();
                        close(server);
                        return stores.policies().all();
                    }))
                    .isInstanceOfSatisfying(PledgeException.class, DatabaseTest::isUnavailable);
            assertThatThrownBy(() -> stores.transactions()
                            .required(() -> stores.policies().all()))
                    .isInstanceOfSatisfying(PledgeException.class, DatabaseTest::isUnavailable);
            assertThatThrownBy(test::open).isInstanceOfSatisfying(SqlFailure.class, e -> assertThat(e.unreachable())
                    .isTrue());
        }
    }

    private static void isUnavailable(PledgeException e) {
        assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE);
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
