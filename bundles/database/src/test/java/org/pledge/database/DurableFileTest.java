package org.pledge.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.h2.mvstore.MVStore;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFileTest {
    private static final int CUTS = 60;
    private static final int WRITES_AT_MOST = 120;
    private static final int WRITES_OF_AN_OPENING = 6;
    private static final int ROWS = 7;

    @TempDir
    private Path folder;

    @BeforeEach
    void registerFiles() {
        H2.registerFiles();
        UnreliableDisk.in(folder);
    }

    private Connection open(String files) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:" + files + UnreliableDisk.PREFIX + folder.toAbsolutePath()
                        + "/pledge;TRACE_LEVEL_FILE=0;DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=1",
                "sa",
                "");
    }

    @Test
    void whatWasSyncedIsFoundAfterEveryCut() throws SQLException, IOException {
        Random random = new Random(11);
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        long synced = 0;
        for (int cut = 0; cut < CUTS; cut++) {
            Connection connection = open("durable:");
            synced = newest(connection);
            disk.cutPowerAfter(random.nextInt(WRITES_AT_MOST));
            synced = changeUntilItFails(connection, random, synced);
            H2.shutDown(connection);
            disk.restorePower(random);
            cutPowerWhileOpening(disk, random);
            Connection after = open("durable:");
            assertThat(newest(after)).as("after cut %d", cut).isGreaterThanOrEqualTo(synced);
            H2.shutDown(after);
        }
    }

    private void cutPowerWhileOpening(UnreliableDisk.Disk disk, Random random) throws IOException {
        disk.cutPowerAfter(random.nextInt(WRITES_OF_AN_OPENING));
        try {
            H2.shutDown(open("durable:"));
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isNotZero();
        }
        disk.restorePower(random);
    }

    /** What was written last has its beginning and its end, by which H2 knows it, and not its middle. */
    private String afterATornWrite(String files) throws SQLException, IOException {
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Connection connection = open(files);
        newest(connection);
        try (PreparedStatement change = connection.prepareStatement("merge into t values (1, ?, ?)")) {
            for (long n = 1; n <= 2; n++) {
                change.setLong(1, n);
                change.setString(2, value(n));
                change.execute();
                if (n == 1) {
                    H2.sync(connection);
                }
            }
            H2.store(connection).commit();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        disk.cutPower();
        H2.shutDown(connection);
        disk.restorePowerWithoutMiddles();
        try (Connection after = open(files);
                Statement statement = after.createStatement();
                ResultSet row = statement.executeQuery("select v from t")) {
            row.next();
            return row.getString(1);
        }
    }

    private static String value(long n) {
        return Long.toString(n).repeat(60_000);
    }

    @Test
    void aTornWriteIsNotTakenForTheNewestState() throws SQLException, IOException {
        assertThat(afterATornWrite("durable:")).isEqualTo(value(1));
    }

    /** The control. */
    @Test
    void withoutItATornWriteIsTaken() throws SQLException, IOException {
        assertThat(afterATornWrite("")).isNotIn(value(1), value(2));
    }

    /** H2 moves old chunks in large numbers, and stores nothing newer until it is done. */
    @Test
    void chunksThatWereMovedHideNoNewerOnes() throws SQLException, IOException, ReflectiveOperationException {
        Connection connection = open("durable:");
        newest(connection);
        try (Statement statement = connection.createStatement()) {
            for (long n = 1; n <= 3; n++) {
                statement.execute("merge into t values (1, " + n + ", '')");
                H2.sync(connection);
            }
        }
        H2.shutDown(connection);
        FilePath path = FilePath.get("durable:" + UnreliableDisk.PREFIX + folder.resolve("pledge.mv.db"));
        try (FileChannel file = path.open("rw")) {
            long end = file.size();
            for (int moves = 0; moves < 70; moves++) {
                byte[] moved = new byte[4096];
                byte[] header = "chunk:1,block:2,len:1,version:1,pages:1\n".getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(header, 0, moved, 0, header.length);
                file.write(ByteBuffer.wrap(moved), end + moves * 4096L);
            }
            file.write(ByteBuffer.wrap(notClean(file)), 0);
        }
        try (Connection after = open("durable:")) {
            assertThat(newest(after)).isEqualTo(3);
        }
    }

    /** As after two cuts: the first left a chunk's header, the second all but the header of what was written over it. */
    @Test
    void aHeaderThatAnEarlierCutLeftIsNotTakenForTheNewestChunk() throws SQLException, IOException {
        Connection connection = open("durable:");
        newest(connection);
        H2.shutDown(connection);
        FilePath path = FilePath.get("durable:" + UnreliableDisk.PREFIX + folder.resolve("pledge.mv.db"));
        byte[] kept = chunk("chunk:fff,block:2,len:2,version:fff,pages:1\n");
        byte[] written = chunk("chunk:fff,block:2,len:2,version:fff,pages:2\n");
        byte[] stale = chunk("chunk:fff,block:2,len:2,version:fff,pages:3\n");
        long end;
        try (FileChannel file = path.open("rw")) {
            end = file.size();
            file.write(ByteBuffer.wrap(kept), end);
            file.write(ByteBuffer.wrap(written), end + written.length);
            file.write(ByteBuffer.wrap(notClean(file)), 0);
        }
        Path raw = folder.resolve("pledge.mv.db");
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(stale, 0, 512), end + written.length);
        }
        path.open("rw").close();
        byte[] left = Files.readAllBytes(raw);
        assertThat(new String(left, (int) end, 6, StandardCharsets.ISO_8859_1)).isEqualTo("chunk:");
        assertThat(Arrays.copyOfRange(left, (int) end + written.length, (int) end + written.length + 128))
                .containsOnly(0);
    }

    private static byte[] chunk(String header) {
        byte[] chunk = new byte[2 * 4096];
        byte[] start = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] footer = "chunk:fff,len:2,version:fff,fletcher:0".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(start, 0, chunk, 0, start.length);
        System.arraycopy(footer, 0, chunk, chunk.length - 128, footer.length);
        return chunk;
    }

    /** The header as it stands while a database is open. */
    private static byte[] notClean(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(2 * 4096);
        file.read(header, 0);
        assertThat(new String(header.array(), StandardCharsets.ISO_8859_1)).doesNotContain("clean:");
        return header.array();
    }

    @Test
    void aFileWithNothingButAHeaderIsOpened() throws SQLException {
        String name = UnreliableDisk.PREFIX + folder.resolve("pledge.mv.db").toAbsolutePath();
        new MVStore.Builder().fileName(name).autoCommitDisabled().open().closeImmediately();
        try (Connection connection = open("durable:")) {
            assertThat(newest(connection)).isZero();
        }
    }

    private static long newest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists t(k int primary key, n bigint, v varchar)");
            H2.sync(connection);
            try (ResultSet row = statement.executeQuery("select coalesce(max(n), 0) from t")) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static long changeUntilItFails(Connection connection, Random random, long from) {
        long synced = from;
        try (PreparedStatement change = connection.prepareStatement("merge into t values (?, ?, ?)")) {
            while (true) {
                change.setLong(1, (synced + 1) % ROWS);
                change.setLong(2, synced + 1);
                change.setString(3, "x".repeat(random.nextInt(20_000)));
                change.execute();
                H2.sync(connection);
                synced++;
            }
        } catch (SQLException e) {
            return synced;
        }
    }
}
