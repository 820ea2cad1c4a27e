package org.pledge.backup.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How values of a column stand in a file, whichever database they come from. */
enum ColumnType {
    /** Text: a length and UTF-8. */
    TEXT('t') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            BYTES.write(out, ((String) value).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        Object read(DataInput in) throws IOException {
            return new String((byte[]) BYTES.read(in), StandardCharsets.UTF_8);
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            return row.getString(column);
        }
    },
    /** Bytes: a length and these. */
    BYTES('b') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            byte[] bytes = (byte[]) value;
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        Object read(DataInput in) throws IOException {
            int length = in.readInt();
            if (length < 0 || length > RowFormat.LONGEST_ROW) {
                throw new DamagedFileException("a value is longer than any can be");
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            return row.getBytes(column);
        }
    },
    /** A UUID, 16 bytes. */
    UUID_VALUE('u') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            UUID id = (UUID) value;
            out.writeLong(id.getMostSignificantBits());
            out.writeLong(id.getLeastSignificantBits());
        }

        @Override
        Object read(DataInput in) throws IOException {
            return new UUID(in.readLong(), in.readLong());
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            return row.getObject(column, UUID.class);
        }
    },
    /** A time: microseconds since 1970. */
    INSTANT('i') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, ((OffsetDateTime) value).toInstant()));
        }

        @Override
        Object read(DataInput in) throws IOException {
            return Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            return row.getObject(column, OffsetDateTime.class);
        }
    },
    /** A day: days since 1970. */
    DATE('d') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            out.writeLong(((LocalDate) value).toEpochDay());
        }

        @Override
        Object read(DataInput in) throws IOException {
            return LocalDate.ofEpochDay(in.readLong());
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            return row.getObject(column, LocalDate.class);
        }
    },
    /** A number of up to 32 bits. */
    INTEGER('n') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            out.writeInt((Integer) value);
        }

        @Override
        Object read(DataInput in) throws IOException {
            return in.readInt();
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            int value = row.getInt(column);
            return row.wasNull() ? null : value;
        }
    },
    /** A number of 64 bits. */
    LONG('l') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            out.writeLong((Long) value);
        }

        @Override
        Object read(DataInput in) throws IOException {
            return in.readLong();
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            long value = row.getLong(column);
            return row.wasNull() ? null : value;
        }
    },
    /** True or false. */
    BOOLEAN('o') {
        @Override
        void write(DataOutput out, Object value) throws IOException {
            out.writeBoolean((Boolean) value);
        }

        @Override
        Object read(DataInput in) throws IOException {
            return in.readBoolean();
        }

        @Override
        Object get(ResultSet row, int column) throws SQLException {
            boolean value = row.getBoolean(column);
            return row.wasNull() ? null : value;
        }
    };

    private static final Map<String, ColumnType> BY_SQL_NAME = Map.ofEntries(
            Map.entry("character varying", TEXT),
            Map.entry("character large object", TEXT),
            Map.entry("text", TEXT),
            Map.entry("binary varying", BYTES),
            Map.entry("binary large object", BYTES),
            Map.entry("bytea", BYTES),
            Map.entry("uuid", UUID_VALUE),
            Map.entry("timestamp with time zone", INSTANT),
            Map.entry("date", DATE),
            Map.entry("smallint", INTEGER),
            Map.entry("integer", INTEGER),
            Map.entry("bigint", LONG),
            Map.entry("boolean", BOOLEAN));

    private final char letter;

    ColumnType(char letter) {
        this.letter = letter;
    }

    abstract void write(DataOutput out, Object value) throws IOException;

    abstract Object read(DataInput in) throws IOException;

    /** A value of a row, null where the column is. */
    abstract Object get(ResultSet row, int column) throws SQLException;

    void set(PreparedStatement statement, int column, Optional<Object> value) throws SQLException {
        if (value.isPresent()) {
            statement.setObject(column, value.get());
        } else {
            statement.setNull(column, Types.NULL);
        }
    }

    char letter() {
        return letter;
    }

    static Optional<ColumnType> ofSqlName(String name) {
        return Optional.ofNullable(BY_SQL_NAME.get(name));
    }

    static ColumnType ofLetter(char letter) throws DamagedFileException {
        for (ColumnType each : values()) {
            if (each.letter == letter) {
                return each;
            }
        }
        throw new DamagedFileException("a column has a type that this version does not know");
    }
}
