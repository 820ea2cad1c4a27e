package org.pledge.backup.internal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a file from its beginning to its end, and checks everything it says of itself. */
final class BackupReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 65_536;
    private static final int DIGEST_BYTES = 32;
    private static final int MOST_NAMES = 10_000;

    /** Takes what is read. */
    interface Taker {
        /** A unit's tables follow, whose schema had these changes. */
        void unit(String name, List<String> changes) throws IOException, SQLException;

        /** A table's rows follow. */
        void table(Table table, long counted) throws IOException, SQLException;

        /** A row of that table. */
        void row(byte[] row) throws IOException, SQLException;

        /** All rows of the table were there. */
        void tableEnd(long rows) throws IOException, SQLException;
    }

    private final OpeningStream opened;
    private final DataInputStream in;
    private final String name;
    private final Instant made;

    BackupReader(Path file, byte[] privateKey) throws IOException {
        this.opened = new OpeningStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES), privateKey);
        this.in = new DataInputStream(opened);
        int format = in.readInt();
        if (format != BackupWriter.FORMAT) {
            throw new DamagedFileException("the backup has format " + format + " and this version reads format "
                    + BackupWriter.FORMAT + ": restore it with the version that made it or a later one");
        }
        this.name = in.readUTF();
        this.made = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
    }

    /** What a file holds, which stands outside of what is encrypted. */
    static FileHeader.Content content(Path file) throws IOException {
        try (java.io.InputStream in = Files.newInputStream(file)) {
            return FileHeader.read(in).content();
        }
    }

    String name() {
        return name;
    }

    Instant made() {
        return made;
    }

    /** How many rows there were. */
    long read(Taker taker) throws IOException, SQLException {
        try {
            long rows = 0;
            while (true) {
                char tag = (char) in.readByte();
                switch (tag) {
                    case BackupWriter.UNIT -> taker.unit(in.readUTF(), names());
                    case BackupWriter.TABLE -> rows += table(taker);
                    case BackupWriter.END -> {
                        check(in.readLong() == rows && in.read() < 0);
                        return rows;
                    }
                    default -> check(false);
                }
            }
        } catch (EOFException e) {
            throw new DamagedFileException("the file ends early");
        }
    }

    private List<String> names() throws IOException {
        int count = in.readInt();
        check(count >= 0 && count <= MOST_NAMES);
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return names;
    }

    private long table(Taker taker) throws IOException, SQLException {
        String tableName = identifier(in.readUTF());
        int count = in.readInt();
        check(count > 0 && count <= MOST_NAMES);
        List<Table.Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(new Table.Column(identifier(in.readUTF()), ColumnType.ofLetter((char) in.readByte())));
        }
        String identity = in.readUTF();
        Optional<String> identityColumn = identity.isEmpty() ? Optional.empty() : Optional.of(identifier(identity));
        taker.table(new Table(tableName, columns, identityColumn), in.readLong());
        MessageDigest sha256 = BackupWriter.sha256();
        long rows = 0;
        char tag = (char) in.readByte();
        for (; tag == BackupWriter.ROW; tag = (char) in.readByte()) {
            int length = in.readInt();
            check(length >= 0 && length <= RowFormat.LONGEST_ROW);
            byte[] row = new byte[length];
            in.readFully(row);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            sha256.update(row);
            taker.row(row);
            rows++;
        }
        check(tag == BackupWriter.TABLE_END && in.readLong() == rows);
        byte[] digest = new byte[DIGEST_BYTES];
        in.readFully(digest);
        check(MessageDigest.isEqual(digest, sha256.digest()));
        taker.tableEnd(rows);
        return rows;
    }

    /** Names stand in statements. */
    private static String identifier(String name) throws DamagedFileException {
        check(name.matches("[a-z_][a-z0-9_]*"));
        return name;
    }

    private static void check(boolean expected) throws DamagedFileException {
        if (!expected) {
            throw new DamagedFileException("what is in the file contradicts itself");
        }
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
