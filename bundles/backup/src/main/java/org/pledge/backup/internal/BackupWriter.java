package org.pledge.backup.internal;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.pledge.database.BackupLock;
import org.pledge.database.Schema;

/**
 * Writes the databases, each as it is at one moment, into a file of data and a file of keys. The vault's comes first:
 * its acts are handed on to the main database at least once, so one that is handed on between the two moments is in both
 * afterwards, and never in none.
 */
final class BackupWriter {
    /** The format of what is encrypted. */
    static final int FORMAT = 1;

    static final char UNIT = 'U';
    static final char TABLE = 'T';
    static final char ROW = 'R';
    static final char TABLE_END = 'E';
    static final char END = 'Z';

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int H2_SNAPSHOT = 6;
    private static final int FETCH_ROWS = 500;
    private static final int TOLD_EVERY = 10_000;
    private static final int BUFFER_BYTES = 65_536;

    /** A database and the name of its unit. */
    record Source(String unit, DataSource dataSource) {}

    /** What was written. */
    record Made(Path data, Path keys, long rows) {}

    private final List<Source> sources;
    private final byte[] publicKey;

    /** @param sources in the order in which they are read */
    BackupWriter(List<Source> sources, byte[] publicKey) {
        this.sources = List.copyOf(sources);
        this.publicKey = publicKey.clone();
    }

    /** Writes both files, which are there entirely and on the disk, or not at all. */
    Made write(Path folder, Instant now, LongConsumer progress) throws IOException, SQLException {
        Files.createDirectories(folder);
        String name = NAME.format(now);
        Path data = folder.resolve("pledge-" + name + ".pledge-backup");
        Path keys = folder.resolve("keys-" + name + ".pledge-keys");
        for (Path each : List.of(data, keys)) {
            if (Files.exists(each)) {
                throw new FileAlreadyExistsException(each.toString());
            }
        }
        try (Unfinished unfinishedData = new Unfinished(data);
                Unfinished unfinishedKeys = new Unfinished(keys)) {
            long rows;
            try (Sink dataSink = new Sink(unfinishedData.out(), FileHeader.Content.DATA, publicKey, name, now);
                    Sink keySink = new Sink(unfinishedKeys.out(), FileHeader.Content.KEYS, publicKey, name, now)) {
                Counter counter = new Counter(progress);
                for (Source source : sources) {
                    write(source, dataSink, keySink, counter);
                }
                dataSink.end();
                keySink.end();
                rows = counter.rows;
            }
            unfinishedKeys.finish();
            unfinishedData.finish();
            return new Made(data, keys, rows);
        }
    }

    private static void write(Source source, Sink data, Sink keys, Counter counter) throws IOException, SQLException {
        try (Connection connection = source.dataSource().getConnection()) {
            if (Table.isH2(connection)) {
                write(connection, true, source.unit(), data, keys, counter);
                return;
            }
            BackupLock.take(connection);
            try {
                write(connection, false, source.unit(), data, keys, counter);
            } finally {
                BackupLock.release(connection);
            }
        }
    }

    private static void write(Connection connection, boolean h2, String unit, Sink data, Sink keys, Counter counter)
            throws IOException, SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(h2 ? H2_SNAPSHOT : Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(!h2);
        try {
            lazy(connection, h2, true);
            List<String> changes = Schema.changes(connection);
            data.unit(unit, changes);
            keys.unit(unit, changes);
            for (Table table : Table.of(connection)) {
                write(connection, table, table.holdsKeys() ? keys : data, counter);
            }
        } finally {
            connection.rollback();
            lazy(connection, h2, false);
            connection.rollback();
            connection.setReadOnly(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(true);
        }
    }

    /** Without it H2 gathers all rows of a table before it gives the first. */
    private static void lazy(Connection connection, boolean h2, boolean on) throws SQLException {
        if (h2) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set lazy_query_execution " + (on ? 1 : 0));
            }
        }
    }

    private static void write(Connection connection, Table table, Sink sink, Counter counter)
            throws IOException, SQLException {
        sink.table(table, table.counted(connection));
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery(table.select())) {
                while (row.next()) {
                    sink.row(RowFormat.encode(row, table.columns()));
                    counter.add();
                }
            }
        }
        sink.tableEnd();
    }

    /** Counts rows, and tells of them now and then. */
    private static final class Counter {
        private final LongConsumer progress;
        private long rows;

        Counter(LongConsumer progress) {
            this.progress = progress;
        }

        void add() {
            rows++;
            if (rows % TOLD_EVERY == 0) {
                progress.accept(rows);
            }
        }
    }

    /** One file's content. */
    private static final class Sink implements AutoCloseable {
        private final DataOutputStream out;
        private final MessageDigest sha256 = sha256();
        private final DataOutputStream digested =
                new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
        private long rows;
        private long allRows;

        Sink(OutputStream file, FileHeader.Content content, byte[] publicKey, String name, Instant now)
                throws IOException {
            this.out = new DataOutputStream(
                    new BufferedOutputStream(new SealingStream(file, content, publicKey), BUFFER_BYTES));
            out.writeInt(FORMAT);
            out.writeUTF(name);
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, now));
        }

        void unit(String name, List<String> changes) throws IOException {
            out.writeByte(UNIT);
            out.writeUTF(name);
            out.writeInt(changes.size());
            for (String change : changes) {
                out.writeUTF(change);
            }
        }

        void table(Table table, long counted) throws IOException {
            out.writeByte(TABLE);
            out.writeUTF(table.name());
            out.writeInt(table.columns().size());
            for (Table.Column column : table.columns()) {
                out.writeUTF(column.name());
                out.writeByte(column.type().letter());
            }
            out.writeUTF(table.identity().orElse(""));
            out.writeLong(counted);
            rows = 0;
        }

        void row(byte[] row) throws IOException {
            out.writeByte(ROW);
            out.writeInt(row.length);
            out.write(row);
            digested.writeInt(row.length);
            digested.write(row);
            rows++;
            allRows++;
        }

        void tableEnd() throws IOException {
            out.writeByte(TABLE_END);
            out.writeLong(rows);
            out.write(sha256.digest());
        }

        void end() throws IOException {
            out.writeByte(END);
            out.writeLong(allRows);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    /** A file that gets its name once it is on the disk, and is removed otherwise. */
    private static final class Unfinished implements AutoCloseable {
        private final Path target;
        private final Path file;
        private final FileChannel channel;

        Unfinished(Path target) throws IOException {
            this.target = target;
            this.file = target.resolveSibling(target.getFileName() + ".unfinished");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
        }

        OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        void finish() throws IOException {
            channel.force(true);
            channel.close();
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(target.toAbsolutePath().getParent())) {
                folder.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
