package org.pledge.backup.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.pledge.backup.internal.Table.Column;

/** A row as bytes: for each column 0, or 1 and the value. */
final class RowFormat {
    static final int LONGEST_ROW = 256 * 1024 * 1024;

    private RowFormat() {}

    static byte[] encode(ResultSet row, List<Column> columns) throws SQLException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < columns.size(); i++) {
            ColumnType type = columns.get(i).type();
            Optional<Object> value = Optional.ofNullable(type.get(row, i + 1));
            out.writeBoolean(value.isPresent());
            if (value.isPresent()) {
                type.write(out, value.get());
            }
        }
        return bytes.toByteArray();
    }

    static void decode(byte[] row, List<Column> columns, PreparedStatement into) throws SQLException, IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
        for (int i = 0; i < columns.size(); i++) {
            ColumnType type = columns.get(i).type();
            type.set(into, i + 1, in.readBoolean() ? Optional.of(type.read(in)) : Optional.empty());
        }
        if (in.available() > 0) {
            throw new DamagedFileException("a row is longer than its columns");
        }
    }
}
