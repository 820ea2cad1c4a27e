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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.Dialect;
import org.pledge.database.SqlFailure;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;
import org.pledge.database.UnsuitableDatabaseException;

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
            try (TestDatabase test = TestStores.UNIT.h2(folder);
                    Database database = test.open()) {
                Stores stores = TestStores.on(database);
                assertThat(stores.transactions()
                                .required(() -> stores.consents().nextEpoch(TENANT, subject)))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesAnH2FileThatIsNotOnItsFileSystem() {
        try (TestDatabase test = TestStores.UNIT.bareH2(folder)) {
            assertThatThrownBy(test::open)
                    .isInstanceOf(UnsuitableDatabaseException.class)
                    .hasMessageContaining("jdbc:h2:durable:retry:");
        }
    }

    @Test
    void migratesAlthoughAProcessDiedWhileItMigrated() throws SQLException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            test.open().close();
            execute(test, "update databasechangeloglock set locked = true, lockgranted = current_timestamp");
            test.open().close();
        }
        try (TestDatabase test = TestStores.UNIT.postgresql()) {
            test.open().close();
            execute(test, "update databasechangeloglock set locked = true, lockgranted = current_timestamp");
            test.open().close();
        }
    }

    @Test
    void everyPrimaryKeyStartsWithTheTenant() throws SQLException {
        List<String> others = new ArrayList<>();
        try (TestDatabase test = TestStores.UNIT.h2(folder);
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
            try (TestDatabase test = TestStores.UNIT.postgresqlWith("synchronous_commit", value)) {
                assertThatThrownBy(test::open)
                        .isInstanceOf(UnsuitableDatabaseException.class)
                        .hasMessageContaining("synchronous_commit=" + value);
            }
        }
        try (TestDatabase test = TestStores.UNIT.postgresqlWith("synchronous_commit", "remote_apply")) {
            test.open().close();
        }
    }

    @Test
    void refusesPostgresqlThatDoesNotSync() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
                TestDatabase test = TestStores.UNIT.postgresql(server)) {
            assertThatThrownBy(test::open)
                    .isInstanceOf(UnsuitableDatabaseException.class)
                    .hasMessageContaining("fsync=off");
        }
    }

    @Test
    void saysThatItIsUnavailableWhileTheServerIsDown() throws IOException {
        try (EmbeddedPostgres server = TestUnit.server();
                TestDatabase test = TestStores.UNIT.postgresql(server);
                Database database = test.open()) {
            test.dataSource().setConnectionTimeout(500);
            Stores stores = TestStores.on(database);
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
