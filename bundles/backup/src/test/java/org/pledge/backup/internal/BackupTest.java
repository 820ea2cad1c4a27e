package org.pledge.backup.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.backup.internal.Platform.run;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.database.BackupLock;
import org.pledge.database.Schema;

final class BackupTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.000001Z");
    private static EmbeddedPostgres server;

    @TempDir
    Path folder;

    private final byte[] privateKey = X25519.newPrivate();
    private final byte[] publicKey = X25519.publicOf(privateKey);
    private Platform source;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() throws SQLException, IOException {
        source = Platform.h2(folder.resolve("source")).migrated();
    }

    private static Platform onServer() throws SQLException {
        return Platform.postgresql(server.getJdbcUrl("postgres", "postgres"));
    }

    private static void fill(Platform platform) throws SQLException {
        try (Connection connection = platform.main().connect()) {
            for (int i = 0; i < 700; i++) {
                addPerson(connection, UUID.randomUUID());
            }
        }
        run(
                platform.main(),
                "insert into person_field (tenant, person, category, sealed) values ('kx', ?, 'naïve ✓', ?)",
                UUID.randomUUID(),
                new byte[] {0, -1, 13, 10});
        run(platform.main(), "insert into epoch_key (epoch, wrapped) values ('2026-11', ?)", new byte[] {5, 6});
        run(
                platform.main(),
                "insert into credential (tenant, name, roles, issued, expires, token_hash)"
                        + " values ('kx', 'n', '', ?, null, ?)",
                OffsetDateTime.parse("1969-12-31T23:59:59.999999Z"),
                new byte[0]);
        run(
                platform.main(),
                "insert into usage_day (tenant, site, on_day, sealed) values ('kx', 's', ?, true)",
                LocalDate.of(2026, 2, 28));
        run(platform.main(), "insert into audit_leaf (tenant, content) values ('kx', ?)", new byte[] {1});
        run(
                platform.vault(),
                "insert into wrapping_key (name, wrapped, made) values ('2026-11.1', ?, ?)",
                new byte[] {7},
                OffsetDateTime.parse("2026-11-01T00:00:00Z"));
        run(
                platform.vault(),
                "insert into card_key (tenant, card, epoch, wrapped) values ('kx', ?, '2026-11.1', ?)",
                UUID.randomUUID(),
                new byte[] {8});
    }

    private static void addPerson(Connection connection, UUID id) throws SQLException {
        connection.setAutoCommit(false);
        try (var account = connection.prepareStatement("insert into account (tenant, id, tier, holder, jurisdiction,"
                        + " version) values ('kx', ?, 'free', 'PERSON', 'DE', 1)");
                var person = connection.prepareStatement(
                        "insert into person (tenant, id, account, roles, ordinal) values ('kx', ?, ?, '', 0)")) {
            account.setObject(1, id);
            account.execute();
            person.setObject(1, id);
            person.setObject(2, id);
            person.execute();
            connection.commit();
        }
    }

    private BackupWriter.Made backup(Platform platform, Path into) throws IOException, SQLException {
        return new BackupWriter(platform.sources(), publicKey).write(into, NOW, rows -> {});
    }

    private Restore.Done restore(BackupWriter.Made made, Platform into) throws IOException, SQLException {
        return restore(made.data(), made.keys(), into);
    }

    private Restore.Done restore(Path data, Path keys, Platform into) throws IOException, SQLException {
        return new Restore(data, keys, privateKey, rows -> {}).into(into.addresses(), () -> {});
    }

    private static void assertSame(Platform left, Platform right) throws SQLException, IOException {
        assertThat(Platform.rows(right.main()))
                .isEqualTo(Platform.rows(left.main()))
                .hasSizeGreaterThan(1400);
        assertThat(Platform.rows(right.vault()))
                .isEqualTo(Platform.rows(left.vault()))
                .isNotEmpty();
    }

    @Test
    void everyRowGoesFromH2ToPostgresqlAndBack() throws IOException, SQLException {
        fill(source);
        Platform postgresql = onServer();
        Restore.Done done = restore(backup(source, folder.resolve("a")), postgresql);
        assertThat(done.rowsByTable()).containsEntry("account", 700L).containsEntry("epoch_key", 1L);
        assertSame(source, postgresql);
        Platform back = Platform.h2(folder.resolve("back"));
        restore(backup(postgresql, folder.resolve("b")), back);
        assertSame(source, back);
        run(back.main(), "insert into audit_leaf (tenant, content) values ('kx', ?)", new byte[] {2});
        run(postgresql.main(), "insert into audit_leaf (tenant, content) values ('kx', ?)", new byte[] {2});
        assertThat(largestLeaf(back)).isGreaterThan(1024);
        assertThat(largestLeaf(postgresql)).isGreaterThan(1024);
    }

    private static long largestLeaf(Platform platform) throws SQLException {
        try (Connection connection = platform.main().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select max(id) from audit_leaf")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void wrappedKeysOfEpochsAreInTheFileOfKeysAlone() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        assertThat(tables(made.data()))
                .contains("person", "card_key", "subject_key")
                .doesNotContainAnyElementsOf(Table.KEYS);
        assertThat(tables(made.keys())).containsExactlyInAnyOrderElementsOf(Table.KEYS);
    }

    private List<String> tables(Path file) throws IOException, SQLException {
        List<String> names = new ArrayList<>();
        try (BackupReader reader = new BackupReader(file, privateKey)) {
            reader.read(new BackupReader.Taker() {
                @Override
                public void unit(String name, List<String> changes) {}

                @Override
                public void table(Table table, long counted) {
                    names.add(table.name());
                }

                @Override
                public void row(byte[] row) {}

                @Override
                public void tableEnd(long rows) {}
            });
        }
        return names;
    }

    @Test
    void whatIsCommittedTogetherIsInTheBackupTogetherOnH2() throws Exception {
        assertConsistentUnderWriters(source);
    }

    @Test
    void whatIsCommittedTogetherIsInTheBackupTogetherOnPostgresql() throws Exception {
        assertConsistentUnderWriters(onServer().migrated());
    }

    private void assertConsistentUnderWriters(Platform platform) throws Exception {
        fill(platform);
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch writing = new CountDownLatch(2);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            writers.add(CompletableFuture.runAsync(() -> {
                try (Connection connection = platform.main().connect()) {
                    for (int n = 0; !stop.get(); n++) {
                        addPerson(connection, UUID.randomUUID());
                        if (n == 5) {
                            writing.countDown();
                        }
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        writing.await();
        BackupWriter.Made made = backup(platform, folder.resolve("a"));
        stop.set(true);
        writers.forEach(CompletableFuture::join);
        Restore.Done done = restore(made, Platform.h2(folder.resolve("other")));
        assertThat(done.rowsByTable().get("account")).isGreaterThanOrEqualTo(712);
        assertThat(done.rowsByTable().get("person"))
                .isEqualTo(done.rowsByTable().get("account"));
    }

    @Test
    void theLockOfABackupIsFreeAgainWhateverFails() throws IOException, SQLException {
        Platform platform = onServer().migrated();
        for (String failing : List.of("setAutoCommit", "setTransactionIsolation", "setReadOnly", "rollback")) {
            try (Connection pooled = platform.main().connect()) {
                DataSource source = Platform.pool(pooled, failing);
                BackupWriter writer = new BackupWriter(List.of(new BackupWriter.Source("pledge", source)), publicKey);
                assertThatThrownBy(() -> writer.write(folder.resolve(failing), NOW, rows -> {}))
                        .as(failing)
                        .isInstanceOf(SQLException.class);
                assertThat(backupLocks(platform)).as(failing).isZero();
            }
        }
        try (Connection pooled = platform.main().connect()) {
            BackupLock.take(pooled);
            pooled.setAutoCommit(false);
            assertThatThrownBy(() -> execute(pooled, "select broken")).isInstanceOf(SQLException.class);
            BackupLock.release(pooled);
            assertThat(pooled.isClosed()).isTrue();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int backupLocks(Platform platform) throws SQLException {
        try (Connection connection = platform.main().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from pg_locks where locktype = 'advisory'"
                        + " and database = (select oid from pg_database where datname = current_database())")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void aChangedByteAnywhereIsSeen() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        byte[] whole = Files.readAllBytes(made.data());
        assertThat(whole.length).isGreaterThan(60_000);
        for (int position : new int[] {0, 8, 9, 15, 40, 58, 30_000, whole.length - 1}) {
            byte[] altered = whole.clone();
            altered[position] ^= 1;
            assertRefused(altered, made.keys());
        }
    }

    private void assertRefused(byte[] data, Path keys) throws IOException {
        Path file = Files.write(folder.resolve("altered"), data);
        Platform into = Platform.h2(folder.resolve(UUID.randomUUID().toString()));
        assertThatThrownBy(() -> restore(file, keys, into)).isInstanceOf(DamagedFileException.class);
    }

    @Test
    void aHalfRestoredDatabaseIsMarkedAndTheNextRestoreBeginsAnew() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        byte[] whole = Files.readAllBytes(made.data());
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 20));
        for (Platform into : List.of(Platform.h2(folder.resolve("into")), onServer())) {
            assertThatThrownBy(() -> restore(cut, made.keys(), into)).isInstanceOf(DamagedFileException.class);
            boolean marked = false;
            for (Target.Address each : into.addresses()) {
                try (Connection connection = each.connect()) {
                    marked |= Schema.isHalfRestored(connection);
                }
            }
            assertThat(marked).isTrue();
            restore(made, into);
            assertSame(source, into);
            try (Connection connection = into.main().connect()) {
                assertThat(Schema.isHalfRestored(connection)).isFalse();
            }
        }
    }

    @Test
    void aRestoreThatAnEarlierVersionBrokeOffBeginsAnew() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        for (Platform into : List.of(Platform.h2(folder.resolve("into")), onServer())) {
            run(into.vault(), "create table restore_unfinished (since timestamp(6) with time zone)");
            run(into.vault(), "create table wrapping_key (half integer)");
            restore(made, into);
            assertSame(source, into);
        }
    }

    @Test
    void aRestoreThatWasBrokenOffBetweenTheDatabasesIsEnded() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        for (Platform into : List.of(Platform.h2(folder.resolve("into")), onServer())) {
            String name = restore(made, into).name();
            try (Connection connection = into.main().connect()) {
                Schema.restoring(connection);
                Schema.compared(connection, "another backup");
            }
            assertThatThrownBy(() -> restore(made, into))
                    .isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining("is not empty");
            run(into.main(), "update restore_unfinished set compared = ?", name);
            assertThat(restore(made, into).rowsByTable()).isEmpty();
            assertSame(source, into);
            try (Connection connection = into.main().connect()) {
                assertThat(Schema.isHalfRestored(connection)).isFalse();
            }
            assertThatThrownBy(() -> restore(made, into)).hasMessageContaining("is not empty");
        }
    }

    @Test
    void refusesADatabaseThatIsNotEmptyAndLeavesItAsItIs() throws IOException, SQLException {
        fill(source);
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        List<String> before = Platform.rows(source.main());
        assertThatThrownBy(() -> restore(made, source))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("is not empty");
        assertThat(Platform.rows(source.main())).isEqualTo(before);
    }

    @Test
    void refusesAnotherBackupKeyAndKeysThatAreOlder() throws IOException, SQLException {
        BackupWriter.Made made = backup(source, folder.resolve("a"));
        assertThatThrownBy(() -> new BackupReader(made.data(), X25519.newPrivate()))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("another backup key");
        BackupWriter.Made later = new BackupWriter(source.sources(), publicKey)
                .write(folder.resolve("b"), NOW.plusSeconds(1), rows -> {});
        assertThatThrownBy(() -> restore(later.data(), made.keys(), Platform.h2(folder.resolve("into"))))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("older");
        restore(made.data(), later.keys(), Platform.h2(folder.resolve("into")));
    }

    @Test
    void restoresAnOlderSchemaAndRefusesANewerOne() throws IOException, SQLException {
        run(source.main(), "delete from databasechangelog where id = 'rights-requests'");
        run(source.main(), "drop table rights_request");
        run(source.main(), "drop table rights_code");
        BackupWriter.Made old = backup(source, folder.resolve("a"));
        assertThat(tables(old.data())).doesNotContain("rights_code");
        restore(old, Platform.h2(folder.resolve("into")));
        run(source.main(), "update databasechangelog set id = 'of-the-future' where id = 'inquiries'");
        BackupWriter.Made future = backup(source, folder.resolve("b"));
        assertThatThrownBy(() -> restore(future, Platform.h2(folder.resolve("another"))))
                .hasMessageContaining("newer version");
    }
}
