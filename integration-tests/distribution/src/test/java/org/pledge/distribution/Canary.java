package org.pledge.distribution;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for numbers in every shape that they could be written in, in one pass however many there are. */
final class Canary {
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;
    private static final int FILTER_BITS = 24;
    private static final int CHUNK = 1 << 20;

    private record Needle(String name, byte[] bytes) {}

    /** By their last eight bytes. */
    private final Map<Long, List<Needle>> needles = new HashMap<>();

    private final BitSet filter = new BitSet(1 << FILTER_BITS);
    private int longest;

    Canary(List<String> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            String which = "number " + i + " ";
            shapes(numbers.get(i)).forEach((shape, text) -> add(which + shape, text));
        }
    }

    /** Looks for this, too: at least eight bytes, one character for each. */
    Canary add(String name, String text) {
        byte[] bytes = text.getBytes(BYTES);
        if (bytes.length < Long.BYTES) {
            throw new IllegalArgumentException(name + " is too short to be looked for");
        }
        long end = 0;
        for (int i = bytes.length - Long.BYTES; i < bytes.length; i++) {
            end = next(end, bytes[i]);
        }
        needles.computeIfAbsent(end, none -> new ArrayList<>()).add(new Needle(name, bytes));
        filter.set(place(end));
        longest = Math.max(longest, bytes.length);
        return this;
    }

    /** Shapes as bytes, one character for each. */
    static Map<String, String> shapes(String number) {
        Map<String, String> shapes = new LinkedHashMap<>(shapesOfText(number));
        shapes.put("reversed", new StringBuilder(number).reverse().toString());
        shapes.put("blanks", number.replaceAll("(.{4})(?=.)", "$1 "));
        shapes.put("hyphens", number.replaceAll("(.{4})(?=.)", "$1-"));
        shapes.put("BCD", new String(HexFormat.of().parseHex(number.length() % 2 == 0 ? number : "0" + number), BYTES));
        return shapes;
    }

    /** The shapes that any text can have. */
    static Map<String, String> shapesOfText(String text) {
        Map<String, String> shapes = new LinkedHashMap<>();
        shapes.put("plain", text);
        shapes.put("hex", HexFormat.of().formatHex(text.getBytes(BYTES)));
        shapes.put("UTF-16BE", new String(text.getBytes(StandardCharsets.UTF_16BE), BYTES));
        shapes.put("UTF-16LE", new String(text.getBytes(StandardCharsets.UTF_16LE), BYTES));
        shapes.put(
                "URL-encoded",
                text.chars().mapToObj(c -> "%" + Integer.toHexString(c)).collect(Collectors.joining()));
        for (int before = 0; before < 3; before++) {
            shapes.put("Base64 at " + before, base64(text, before));
        }
        return shapes;
    }

    /** The part of its Base64 form that does not depend on what stands around it. */
    private static String base64(String text, int before) {
        String padded = "0".repeat(before) + text;
        int whole = padded.length() / 3 * 3;
        String encoded =
                Base64.getEncoder().encodeToString(padded.substring(0, whole).getBytes(BYTES));
        return before == 0 ? encoded : encoded.substring(4);
    }

    /** Which shapes are in a text of bytes. */
    List<String> in(String text) {
        try {
            return List.copyOf(in(new ByteArrayInputStream(text.getBytes(BYTES))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which shapes are in a file. */
    Set<String> in(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in(in);
        }
    }

    private Set<String> in(InputStream in) throws IOException {
        Set<String> found = new TreeSet<>();
        byte[] buffer = new byte[longest + CHUNK];
        int kept = 0;
        long window = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer, kept, CHUNK)) {
            int end = kept + read;
            for (int i = kept; i < end; i++) {
                window = next(window, buffer[i]);
                if (filter.get(place(window))) {
                    endingAt(buffer, i + 1, window, found);
                }
            }
            int keep = Math.min(longest, end);
            System.arraycopy(buffer, end - keep, buffer, 0, keep);
            kept = keep;
        }
        return found;
    }

    private void endingAt(byte[] buffer, int end, long window, Set<String> found) {
        for (Needle needle : needles.getOrDefault(window, List.of())) {
            int from = end - needle.bytes().length;
            if (from >= 0 && java.util.Arrays.equals(buffer, from, end, needle.bytes(), 0, needle.bytes().length)) {
                found.add(needle.name());
            }
        }
    }

    private static long next(long window, byte each) {
        return window << Byte.SIZE | each & 0xff;
    }

    private static int place(long window) {
        return (int) (window * 0x9E3779B97F4A7C15L >>> Long.SIZE - FILTER_BITS);
    }

    /** Which shapes are in the files of a folder, with the files. */
    List<String> below(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                in(file).forEach(shape -> found.add(folder.relativize(file) + ": " + shape));
            }
        }
        return found;
    }
}
