package org.pledge.backup.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Recomputes every tenant's chain of acts from the rows of a restored database. */
final class LedgerCheck {
    private static final int HASH_BYTES = 32;

    private record State(byte[] head, long next, boolean intact) {}

    private LedgerCheck() {}

    /** For each tenant a sentence; one that begins with BROKEN is of a chain that does not hold. */
    static Map<String, String> of(Connection connection) throws SQLException {
        Map<String, State> states = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select tenant, last_position, links, packed from audit_block order by tenant, last_position")) {
            while (row.next()) {
                State before = states.getOrDefault(row.getString(1), new State(new byte[HASH_BYTES], 0, true));
                states.put(row.getString(1), after(before, row.getLong(2), row.getInt(3), row.getBytes(4)));
            }
        }
        Map<String, String> told = new TreeMap<>();
        states.forEach((tenant, state) -> told.put(
                tenant,
                state.intact()
                        ? "intact, " + state.next() + " entries, head "
                                + HexFormat.of().formatHex(state.head())
                        : "BROKEN after " + state.next() + " entries"));
        return told;
    }

    private static State after(State before, long lastPosition, int links, byte[] packed) {
        if (!before.intact() || lastPosition != before.next() + links - 1) {
            return new State(before.head(), before.next(), false);
        }
        MessageDigest sha256 = BackupWriter.sha256();
        ByteBuffer in = ByteBuffer.wrap(packed);
        byte[] head = before.head();
        long next = before.next();
        for (int i = 0; i < links; i++) {
            in.getLong();
            byte[] stored = new byte[HASH_BYTES];
            in.get(stored);
            byte[] content = new byte[in.getInt()];
            in.get(content);
            sha256.update((byte) 0);
            byte[] leaf = sha256.digest(content);
            sha256.update((byte) 1);
            sha256.update(head);
            byte[] chain = sha256.digest(leaf);
            if (!Arrays.equals(chain, stored)) {
                return new State(head, next, false);
            }
            head = chain;
            next++;
        }
        return new State(head, next, true);
    }
}
