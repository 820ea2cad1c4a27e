package org.pledge.crypto.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Joins parts so that no two different lists of parts give the same bytes. */
final class Fields {
    private Fields() {}

    static byte[] of(String... parts) {
        byte[][] bytes = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = utf8(parts[i]);
        }
        return of(bytes);
    }

    static byte[] of(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.putInt(part.length).put(part);
        }
        return joined.array();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
