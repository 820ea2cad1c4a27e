package org.pledge.distribution;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for numbers in every shape that they could be written in. */
final class Canary {
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    /** Each shape of each number, by its name. */
    private final Map<String, String> shapes = new LinkedHashMap<>();

    Canary(List<String> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            String which = "number " + i + " ";
            shapes(numbers.get(i)).forEach((shape, text) -> shapes.put(which + shape, text));
        }
    }

    /** Shapes as bytes, one character for each. */
    static Map<String, String> shapes(String number) {
        byte[] ascii = number.getBytes(StandardCharsets.US_ASCII);
        String hex = HexFormat.of().formatHex(ascii);
        Map<String, String> shapes = new LinkedHashMap<>();
        shapes.put("plain", number);
        shapes.put("reversed", new StringBuilder(number).reverse().toString());
        shapes.put("hex", hex);
        shapes.put("HEX", hex.toUpperCase(java.util.Locale.ROOT));
        shapes.put("UTF-16BE", new String(number.getBytes(StandardCharsets.UTF_16BE), BYTES));
        shapes.put("UTF-16LE", new String(number.getBytes(StandardCharsets.UTF_16LE), BYTES));
        shapes.put(
                "URL-encoded",
                number.chars().mapToObj(c -> "%" + Integer.toHexString(c)).collect(Collectors.joining()));
        shapes.put("blanks", number.replaceAll("(.{4})(?=.)", "$1 "));
        shapes.put("hyphens", number.replaceAll("(.{4})(?=.)", "$1-"));
        for (int before = 0; before < 3; before++) {
            shapes.put("Base64 at " + before, base64(number, before));
        }
        return shapes;
    }

    /** The part of its Base64 form that does not depend on what stands around it. */
    private static String base64(String number, int before) {
        String padded = "0".repeat(before) + number;
        int whole = padded.length() / 3 * 3;
        String encoded =
                Base64.getEncoder().encodeToString(padded.substring(0, whole).getBytes(BYTES));
        return before == 0 ? encoded : encoded.substring(4);
    }

    /** Which shapes are in a text of bytes. */
    List<String> in(String text) {
        return shapes.entrySet().stream()
                .filter(shape -> text.contains(shape.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Which shapes are in the files of a folder, with the files. */
    List<String> below(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                in(new String(Files.readAllBytes(file), BYTES))
                        .forEach(shape -> found.add(folder.relativize(file) + ": " + shape));
            }
        }
        return found;
    }
}
