package org.pledge.sharing.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;

/** Seals the values that come with a request and opens them again: pairs of length-prefixed UTF-8. */
final class SuppliedValues {
    private static final byte[] NONE = {};

    private final Sealer sealer;

    SuppliedValues(Sealer sealer) {
        this.sealer = sealer;
    }

    byte[] seal(TenantId tenant, SubjectId subject, UUID disclosure, Map<String, String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        byte[] plain = pack(values);
        try {
            return sealer.seal(place(tenant, subject, disclosure), plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    Map<String, String> open(TenantId tenant, SubjectId subject, UUID disclosure, byte[] sealed) {
        if (sealed.length == 0) {
            return Map.of();
        }
        byte[] plain = sealer.open(place(tenant, subject, disclosure), sealed);
        try {
            return unpack(ByteBuffer.wrap(plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Sealer.Place place(TenantId tenant, SubjectId subject, UUID disclosure) {
        return new Sealer.Place(tenant, subject, "disclosure", disclosure.toString());
    }

    private static byte[] pack(Map<String, String> values) {
        byte[][] parts = values.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        ByteBuffer packed = ByteBuffer.allocate(Arrays.stream(parts)
                .mapToInt(part -> Integer.BYTES + part.length)
                .sum());
        for (byte[] part : parts) {
            packed.putInt(part.length).put(part);
            Arrays.fill(part, (byte) 0);
        }
        return packed.array();
    }

    private static Map<String, String> unpack(ByteBuffer packed) {
        Map<String, String> values = new TreeMap<>();
        while (packed.hasRemaining()) {
            values.put(text(packed), text(packed));
        }
        return values;
    }

    private static String text(ByteBuffer packed) {
        byte[] part = new byte[packed.getInt()];
        packed.get(part);
        return new String(part, StandardCharsets.UTF_8);
    }
}
