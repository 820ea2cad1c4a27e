package org.pledge.notices.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds wording that asks somebody to send personal data by email. The words of each language are in
 * {@code asking.<language>.properties}; every text is held to all of them, whatever language it says it is in.
 */
final class AskedFor {
    /** The languages whose wording is known. */
    static final List<String> LANGUAGES = List.of("en", "nl", "de", "fr", "es");

    /** Anything within one sentence. */
    private static final String NEAR = "[^.!?]{0,120}?";

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final List<Wording> WORDINGS =
            LANGUAGES.stream().map(AskedFor::wording).toList();

    /** What asks in one language, and what says before it that nobody asks. */
    private record Wording(List<Pattern> requests, Pattern denial) {}

    private static Wording wording(String language) {
        Properties words = new Properties();
        try (InputStream in = AskedFor.class.getResourceAsStream("asking." + language + ".properties")) {
            words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String data = anyOf(words, "data");
        String yours = anyOf(words, "yours");
        return new Wording(
                List.of(
                        pattern("\\b" + anyOf(words, "answer") + "\\b" + NEAR + "\\b" + anyOf(words, "whose") + "\\b"
                                + NEAR + "\\b" + data + "\\b"),
                        pattern("\\b" + anyOf(words, "demand") + "\\s" + yours + "\\b" + NEAR + "\\b" + data + "\\b"),
                        pattern("\\b" + yours + "\\b" + NEAR + "\\b" + data + "\\b" + NEAR + "\\b"
                                + anyOf(words, "demand-after") + "\\b"),
                        pattern("\\b" + data + "\\s?:\\s?(?:_{3,}|\\.{3,}|\\[\\s*]|<\\s*>)")),
                pattern("\\b" + anyOf(words, "denial") + "\\b[^.!?]*$"));
    }

    /** The phrases of one key; a star stands for more letters, and a question mark after a character for none of it. */
    private static String anyOf(Properties words, String key) {
        return Arrays.stream(words.getProperty(key, "").split(","))
                .map(String::strip)
                .map(phrase ->
                        phrase.isEmpty() ? "(?!)" : phrase.replace(" ", "\\s").replace("*", "\\p{L}*"))
                .collect(Collectors.joining("|", "(?:", ")"));
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, FLAGS);
    }

    private AskedFor() {}

    /** Where such a request begins. */
    static OptionalInt in(String text) {
        String plain = text.replaceAll("[\\s\\u00a0]", " ");
        String squeezed = plain.replaceAll(" +", " ");
        for (Wording wording : WORDINGS) {
            for (Pattern request : wording.requests()) {
                Matcher found = request.matcher(squeezed);
                while (found.find()) {
                    if (!wording.denial()
                            .matcher(squeezed.substring(0, found.start()))
                            .find()) {
                        return OptionalInt.of(original(plain, found.start()));
                    }
                }
            }
        }
        return OptionalInt.empty();
    }

    /** The position in a text of a position in the same text with one space for several. */
    private static int original(String plain, int position) {
        int at = 0;
        for (int seen = 0; seen < position; at++) {
            boolean dropped = plain.charAt(at) == ' ' && at > 0 && plain.charAt(at - 1) == ' ';
            seen += dropped ? 0 : 1;
        }
        while (at < plain.length() - 1 && plain.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
