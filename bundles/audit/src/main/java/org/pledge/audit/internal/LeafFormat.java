package org.pledge.audit.internal;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;

/** Writes and reads the canonical bytes of a leaf, as the package description defines them. */
final class LeafFormat {
    private static final byte VERSION = 1;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1000;

    private LeafFormat() {}

    static byte[] encode(Leaf leaf) {
        Output out = new Output();
        out.text(leaf.tenant().value());
        out.field(ByteBuffer.allocate(Long.BYTES).putLong(micros(leaf.at())).array());
        out.text(leaf.act().name());
        out.text(leaf.actor());
        out.field(leaf.subject().map(LeafFormat::bytes).orElseGet(() -> new byte[0]));
        out.size(leaf.promises().size());
        leaf.promises().forEach(out::text);
        out.size(2 * leaf.details().size());
        leaf.details().forEach((key, value) -> {
            out.text(key);
            out.text(value);
        });
        return out.bytes.toByteArray();
    }

    /** @throws IllegalArgumentException when the bytes are not the canonical form of a leaf */
    static Leaf decode(byte[] content) {
        try {
            Leaf leaf = read(ByteBuffer.wrap(content));
            if (Arrays.equals(encode(leaf), content)) {
                return leaf;
            }
        } catch (BufferUnderflowException | ArithmeticException | IllegalArgumentException | PledgeException e) {
            throw new IllegalArgumentException("these bytes are not a leaf", e);
        }
        throw new IllegalArgumentException("these bytes are not the canonical form of a leaf");
    }

    /** Whether the bytes of a subject are in a leaf; cheaper than to read it, and always true of a leaf about them. */
    static boolean mentions(byte[] content, SubjectId subject) {
        byte[] wanted = bytes(subject);
        for (int at = 0; at <= content.length - wanted.length; at++) {
            if (content[at] == wanted[0] && Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    private static Leaf read(ByteBuffer in) {
        if (in.get() != VERSION) {
            throw new IllegalArgumentException("unknown format version");
        }
        TenantId tenant = new TenantId(text(in));
        Instant at = Instant.EPOCH.plus(ByteBuffer.wrap(field(in)).getLong(), ChronoUnit.MICROS);
        Leaf.Act act = Leaf.Act.valueOf(text(in));
        String actor = text(in);
        Optional<SubjectId> subject = subject(field(in));
        List<String> promises = texts(in);
        List<String> pairs = texts(in);
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            details.put(pairs.get(i), pairs.get(i + 1));
        }
        return new Leaf(tenant, at, act, actor, subject, promises, details);
    }

    private static Optional<SubjectId> subject(byte[] field) {
        if (field.length == 0) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(field);
        return Optional.of(new SubjectId(in.getLong(), in.getLong()));
    }

    private static long micros(Instant at) {
        long seconds = Math.multiplyExact(at.getEpochSecond(), MICROS_PER_SECOND);
        return Math.addExact(seconds, at.getNano() / NANOS_PER_MICRO);
    }

    private static byte[] bytes(SubjectId subject) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(subject.high())
                .putLong(subject.low())
                .array();
    }

    private static List<String> texts(ByteBuffer in) {
        List<String> texts = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            texts.add(text(in));
        }
        return texts;
    }

    private static String text(ByteBuffer in) {
        return new String(field(in), StandardCharsets.UTF_8);
    }

    private static byte[] field(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a field is longer than the leaf");
        }
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }

    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

        private Output() {
            bytes.write(VERSION);
        }

        private void size(int size) {
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
        }

        private void field(byte[] field) {
            size(field.length);
            bytes.writeBytes(field);
        }

        private void text(String text) {
            field(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
