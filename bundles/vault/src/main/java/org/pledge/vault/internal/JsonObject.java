package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/**
 * A JSON object (RFC 8259) read from bytes into bytes, with the members of a shape and no others, each at most once.
 * No value of it ever is a text in memory; closing it wipes them all.
 */
final class JsonObject implements AutoCloseable {
    /**
     * Which members an object may have.
     *
     * @param texts names of members that are texts
     * @param numbers names of members that are whole numbers
     * @param objects names of members that are objects
     */
    record Shape(Set<String> texts, Set<String> numbers, Map<String, Shape> objects) {
        Shape(String... texts) {
            this(Set.of(texts), Set.of(), Map.of());
        }
    }

    private static final int MOST_DIGITS = 15;

    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, JsonObject> objects = new HashMap<>();

    private JsonObject() {}

    /**
     * Reads an object that takes up all of {@code json}.
     *
     * @param what it is, for the refusal
     */
    static JsonObject read(String what, byte[] json, Shape shape) {
        checkUtf8(what, json);
        Reader reader = new Reader(what, json);
        JsonObject object = new JsonObject();
        try {
            reader.space();
            object.fill(reader, shape);
            reader.space();
            reader.end();
            return object;
        } catch (PledgeException e) {
            object.close();
            throw e;
        }
    }

    /** Whether there is such a member. */
    boolean has(String name) {
        return texts.containsKey(name) || numbers.containsKey(name) || objects.containsKey(name);
    }

    /** The bytes of a text in UTF-8, which are wiped when this is closed; empty where there is none. */
    byte[] text(String name) {
        return texts.getOrDefault(name, new byte[0]);
    }

    /** A number. */
    Optional<Long> number(String name) {
        return Optional.ofNullable(numbers.get(name));
    }

    /** An object within this one. */
    Optional<JsonObject> object(String name) {
        return Optional.ofNullable(objects.get(name));
    }

    @Override
    public void close() {
        texts.values().forEach(value -> Arrays.fill(value, (byte) 0));
        objects.values().forEach(JsonObject::close);
        texts.clear();
        numbers.clear();
        objects.clear();
    }

    @Override
    public String toString() {
        return "JsonObject";
    }

    private void fill(Reader reader, Shape shape) {
        reader.take('{');
        reader.space();
        if (reader.next() == '}') {
            reader.take('}');
            return;
        }
        while (true) {
            member(reader, shape);
            reader.space();
            if (reader.next() != ',') {
                reader.take('}');
                return;
            }
            reader.take(',');
            reader.space();
        }
    }

    private void member(Reader reader, Shape shape) {
        String name = reader.name(shape);
        if (has(name)) {
            throw reader.refused("has the member " + name + " twice");
        }
        reader.space();
        reader.take(':');
        reader.space();
        if (shape.texts().contains(name)) {
            texts.put(name, reader.text(name));
        } else if (shape.numbers().contains(name)) {
            numbers.put(name, reader.number(name));
        } else {
            JsonObject inner = new JsonObject();
            objects.put(name, inner);
            inner.fill(reader, shape.objects().get(name));
        }
    }

    private static void checkUtf8(String what, byte[] json) {
        CharBuffer decoded = CharBuffer.allocate(json.length);
        boolean wellFormed = !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(json), decoded, true)
                .isError();
        Arrays.fill(decoded.array(), '\0');
        if (!wellFormed) {
            throw new PledgeException(Kind.INVALID, what + " is not UTF-8").remedy("Encrypt the JSON object as UTF-8.");
        }
    }

    /** Reads forward through the bytes; they are well-formed UTF-8. */
    private static final class Reader {
        private final String what;
        private final byte[] json;
        private int at;

        Reader(String what, byte[] json) {
            this.what = what;
            this.json = json;
        }

        /** The next byte, or -1 at the end. */
        int next() {
            return at < json.length ? json[at] : -1;
        }

        void take(char expected) {
            if (next() != expected) {
                throw refused("is not a JSON object of the form that is expected");
            }
            at++;
        }

        void space() {
            while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') {
                at++;
            }
        }

        void end() {
            if (at != json.length) {
                throw refused("holds more than one JSON object");
            }
        }

        PledgeException refused(String text) {
            return new PledgeException(Kind.INVALID, what + " " + text)
                    .remedy("Write one JSON object with the members that docs/vault.md names, each once.");
        }

        /** A name of the shape; another one is never shown, because it may be anything. */
        String name(Shape shape) {
            byte[] read = text("a name");
            try {
                for (Set<String> known :
                        List.of(shape.texts(), shape.numbers(), shape.objects().keySet())) {
                    for (String name : known) {
                        if (Arrays.equals(name.getBytes(StandardCharsets.US_ASCII), read)) {
                            return name;
                        }
                    }
                }
            } finally {
                Arrays.fill(read, (byte) 0);
            }
            throw refused("has a member that is not known here");
        }

        long number(String name) {
            int from = at;
            long value = 0;
            while (next() >= '0' && next() <= '9' && at - from < MOST_DIGITS) {
                value = value * 10 + json[at++] - '0';
            }
            if (at == from || json[from] == '0' && at - from > 1 || !endsValue()) {
                throw refused("needs a whole number as " + name);
            }
            return value;
        }

        private boolean endsValue() {
            return switch (next()) {
                case ',', '}', ' ', '\t', '\n', '\r' -> true;
                default -> false;
            };
        }

        /** What stands between quotes, in an array of exactly its length. */
        byte[] text(String name) {
            if (next() != '"') {
                throw refused("needs a text as " + name);
            }
            at++;
            ByteBuffer out = ByteBuffer.allocate(json.length - at);
            try {
                while (next() != '"') {
                    one(name, out);
                }
                at++;
                return Arrays.copyOf(out.array(), out.position());
            } finally {
                Arrays.fill(out.array(), (byte) 0);
            }
        }

        private void one(String name, ByteBuffer out) {
            int next = next();
            if (at >= json.length || next >= 0 && next < ' ') {
                throw refused("has a text that does not end, in " + name);
            }
            at++;
            if (next != '\\') {
                out.put((byte) next);
                return;
            }
            int escape = next();
            at++;
            switch (escape) {
                case '"', '\\', '/' -> out.put((byte) escape);
                case 'b' -> out.put((byte) '\b');
                case 'f' -> out.put((byte) '\f');
                case 'n' -> out.put((byte) '\n');
                case 'r' -> out.put((byte) '\r');
                case 't' -> out.put((byte) '\t');
                case 'u' -> utf8(codePoint(name), out);
                default -> throw refused("has an escape that JSON does not know, in " + name);
            }
        }

        private int codePoint(String name) {
            int first = hex(name);
            if (!Character.isSurrogate((char) first)) {
                return first;
            }
            if (Character.isHighSurrogate((char) first) && next() == '\\') {
                at++;
                if (next() == 'u') {
                    at++;
                    int second = hex(name);
                    if (Character.isLowSurrogate((char) second)) {
                        return Character.toCodePoint((char) first, (char) second);
                    }
                }
            }
            throw refused("has half a surrogate pair, in " + name);
        }

        private int hex(String name) {
            int value = 0;
            for (int i = 0; i < 4; i++) {
                int digit = Character.digit(next(), 16);
                if (digit < 0) {
                    throw refused("has an escape that JSON does not know, in " + name);
                }
                value = value << 4 | digit;
                at++;
            }
            return value;
        }

        private static void utf8(int point, ByteBuffer out) {
            if (point < 0x80) {
                out.put((byte) point);
            } else if (point < 0x800) {
                out.put((byte) (0xC0 | point >> 6)).put(tail(point));
            } else if (point < 0x10000) {
                out.put((byte) (0xE0 | point >> 12)).put(tail(point >> 6)).put(tail(point));
            } else {
                out.put((byte) (0xF0 | point >> 18))
                        .put(tail(point >> 12))
                        .put(tail(point >> 6))
                        .put(tail(point));
            }
        }

        private static byte tail(int bits) {
            return (byte) (0x80 | bits & 0x3F);
        }
    }
}
