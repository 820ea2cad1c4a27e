package org.pledge.backup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private Platform source;
    private BackupWriter.Made made;

    private int run(String... arguments) throws IOException {
        told.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--etc", folder.resolve("etc").toString(), "--data", data().toString()));
        all.addAll(List.of("--password-file", folder.resolve("password").toString()));
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        return BackupCommand.run(out, out, all.toArray(String[]::new));
    }

    private String told() {
        return told.toString(StandardCharsets.UTF_8);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private String privateKey() {
        return folder.resolve("apart/backup.p12").toString();
    }

    @BeforeEach
    void makeABackup() throws IOException, SQLException {
        Files.writeString(folder.resolve("password"), "correct horse\n");
        Files.createDirectories(folder.resolve("etc"));
        Platform.h2(data());
        settings("org.ops4j.datasource-pledge.cfg", "db/pledge");
        settings("org.ops4j.datasource-vault.cfg", "vault/v");
        assertThat(run("key", "--to", privateKey())).isZero();
        source = Platform.h2(folder.resolve("source")).migrated();
        chain(2);
        byte[] publicKey = BackupKey.readPublic(data().resolve("keys/backup.pub"));
        made = new BackupWriter(source.sources(), publicKey).write(folder.resolve("b"), Instant.now(), rows -> {});
    }

    private void settings(String file, String path) throws IOException {
        Files.writeString(
                folder.resolve("etc").resolve(file),
                "url = jdbc:h2:durable:retry:${karaf.data}/" + path + ";TIME ZONE=UTC\nuser = sa\npassword =\n");
    }

    private void chain(int links) throws SQLException, IOException {
        MessageDigest sha256 = BackupWriter.sha256();
        byte[] head = new byte[32];
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; i < links; i++) {
            byte[] content = {(byte) i, 7};
            sha256.update((byte) 0);
            byte[] leaf = sha256.digest(content);
            sha256.update((byte) 1);
            sha256.update(head);
            head = sha256.digest(leaf);
            packed.write(ByteBuffer.allocate(8).putLong(i + 1).array());
            packed.write(head);
            packed.write(ByteBuffer.allocate(4).putInt(2).array());
            packed.write(content);
        }
        Platform.run(
                source.main(),
                "insert into audit_block (tenant, last_position, links, packed) values ('kx', ?, ?, ?)",
                (long) links - 1,
                links,
                packed.toByteArray());
    }

    @Test
    void theKeyIsNeverReplacedAndOpensWithItsPasswordOnly() throws IOException {
        byte[] before = Files.readAllBytes(Path.of(privateKey()));
        assertThat(run("key", "--to", privateKey())).isEqualTo(1);
        assertThat(told()).contains("never replaced");
        assertThat(Files.readAllBytes(Path.of(privateKey()))).isEqualTo(before);
        Files.writeString(folder.resolve("password"), "wrong horse\n");
        assertThat(run("restore", made.data().toString(), made.keys().toString(), "--key", privateKey()))
                .isEqualTo(1);
        assertThat(told()).contains("does not open");
    }

    @Test
    void restoresAndHasEveryTombstoneLookedAt() throws IOException, SQLException {
        Path given = Files.writeString(folder.resolve("other.tombstones"), "a line\n");
        assertThat(run(
                        "restore",
                        made.keys().toString(),
                        made.data().toString(),
                        "--key",
                        privateKey(),
                        "--tombstones",
                        given.toString()))
                .withFailMessage(this::told)
                .isZero();
        assertThat(Platform.rows(Platform.h2(data()).main())).isEqualTo(Platform.rows(source.main()));
        Path tombstones = data().resolve("tombstones");
        assertThat(tombstones.resolve("replay-pledge")).exists();
        assertThat(tombstones.resolve("replay-pledge-vault")).exists();
        try (Stream<Path> files = Files.list(tombstones)) {
            assertThat(files.filter(each -> each.getFileName().toString().startsWith("given-")))
                    .hasSize(1);
        }
    }

    @Test
    void restoresNothingWhileItIsNotKnownWhereTheTombstonesAre() throws IOException {
        Files.writeString(folder.resolve("etc/org.pledge.crypto.cfg"), "tombstones = ${karaf.base}/shared\n");
        assertThat(run("restore", made.keys().toString(), made.data().toString(), "--key", privateKey()))
                .isEqualTo(1);
        assertThat(told()).contains("absolute path");
        assertThat(data().resolve("db")).doesNotExist();
    }

    @Test
    void refusesWhatIsNotClearBeforeItBegins() throws IOException {
        String data = made.data().toString();
        String keys = made.keys().toString();
        String missing = folder.resolve("missing").toString();
        String empty = Files.createFile(folder.resolve("empty.tombstones")).toString();
        assertRefused("give one file of data", data, data, keys, "--key", privateKey());
        assertRefused("give one file of keys", data, keys, keys, "--key", privateKey());
        assertRefused("there is no file " + missing, data, keys, "--key", missing);
        assertRefused(empty + ": not a backup", data, empty, keys, "--key", privateKey());
        for (String tombstones : List.of(missing, empty, folder.toString())) {
            assertRefused(
                    tombstones + " is no file of tombstones",
                    data,
                    keys,
                    "--key",
                    privateKey(),
                    "--tombstones",
                    tombstones);
        }
        assertThat(data().resolve("db")).doesNotExist();
    }

    private void assertRefused(String why, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("restore"));
        all.addAll(List.of(arguments));
        assertThat(run(all.toArray(String[]::new))).as(why).isEqualTo(1);
        assertThat(told()).contains(why);
    }

    @Test
    void aDrillVerifiesChainsAndLeavesNothing() throws IOException {
        assertThat(run("restore", "--drill", made.data().toString(), made.keys().toString(), "--key", privateKey()))
                .withFailMessage(this::told)
                .isZero();
        assertThat(told()).contains("kx: intact, 2 entries", "The drill passed");
        assertThat(data().resolve("db")).doesNotExist();
        assertThat(data().resolve("tombstones")).doesNotExist();
        assertThat(data().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void aDrillSeesAnAlteredRow() throws IOException, SQLException {
        Platform.run(source.main(), "update audit_block set last_position = 5");
        byte[] publicKey = BackupKey.readPublic(data().resolve("keys/backup.pub"));
        made = new BackupWriter(source.sources(), publicKey).write(folder.resolve("c"), Instant.now(), rows -> {});
        assertThat(run("restore", "--drill", made.data().toString(), made.keys().toString(), "--key", privateKey()))
                .isEqualTo(1);
        assertThat(told()).contains("kx: BROKEN");
    }
}
