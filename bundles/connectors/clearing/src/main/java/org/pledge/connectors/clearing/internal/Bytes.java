package org.pledge.connectors.clearing.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds a text in bytes of which no copy is left when it is closed. */
final class Bytes implements AutoCloseable {
    private byte[] held = new byte[512];
    private int length;

    Bytes add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    Bytes add(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, held, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** The bytes of a JSON string's content (RFC 8259, section 7), in UTF-8 before and after. */
    Bytes escaped(byte[] bytes) {
        for (byte each : bytes) {
            if (each == '"' || each == '\\') {
                room(2);
                held[length++] = '\\';
                held[length++] = each;
            } else if (each >= 0 && each < ' ') {
                add("\\u00" + Character.forDigit(each >> 4, 16) + Character.forDigit(each & 15, 16));
            } else {
                room(1);
                held[length++] = each;
            }
        }
        return this;
    }

    private void room(int more) {
        if (length + more > held.length) {
            byte[] larger = Arrays.copyOf(held, Math.max(2 * held.length, length + more));
            Arrays.fill(held, (byte) 0);
            held = larger;
        }
    }

    /** A copy, for whoever wipes it. */
    byte[] toBytes() {
        return Arrays.copyOf(held, length);
    }

    @Override
    public void close() {
        Arrays.fill(held, (byte) 0);
    }

    @Override
    public String toString() {
        return "Bytes";
    }
}
