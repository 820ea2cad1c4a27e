package org.pledge.sharing.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.SharingStore.Position;

/** Where a page ended, as the cursor that callers carry. */
final class Positions {
    private static final int LARGEST_PAGE = 500;
    private static final long MICROS = 1_000_000;

    private Positions() {}

    static void requireLimit(int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new PledgeException(PledgeException.Kind.INVALID, "limit must be 1 to " + LARGEST_PAGE)
                    .remedy("Ask for fewer at a time.");
        }
    }

    static String write(Position last) {
        Instant created = last.created();
        ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(Math.addExact(
                        Math.multiplyExact(created.getEpochSecond(), MICROS),
                        created.getLong(ChronoField.MICRO_OF_SECOND)))
                .putLong(last.id().getMostSignificantBits())
                .putLong(last.id().getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    static Position read(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length == 3 * Long.BYTES) {
                ByteBuffer read = ByteBuffer.wrap(bytes);
                Instant created = Instant.EPOCH.plus(read.getLong(), ChronoUnit.MICROS);
                return new Position(created, new UUID(read.getLong(), read.getLong()));
            }
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
        throw unreadable();
    }

    private static PledgeException unreadable() {
        return new PledgeException(PledgeException.Kind.MALFORMED, "cursor cannot be read")
                .remedy("Send the cursor of the page before, or none.");
    }
}
