package org.pledge.cookies;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether the value of a cookie looks like something about a person, also behind two usual encodings. */
final class CookieLinter {
    private static final Pattern EMAIL = Pattern.compile("[^\\s@=:;,\"]{1,64}@[^\\s@;,\"]{1,190}\\.[A-Za-z]{2,}");
    private static final Pattern IPV4 = Pattern.compile(
            "(?<![0-9.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}" + "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![0-9.])");
    private static final Pattern IPV6 = Pattern.compile(
            "(?i)(?<![0-9a-z:])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}|[0-9a-f:]{0,35}::[0-9a-f:]{0,35})");
    private static final Pattern DIGITS = Pattern.compile("(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)(passw|pwd|secret|token|auth|sess|apikey|api-key)[a-z_-]*[\"']?\\s*[=:]");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9+/_=-]{12,}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{8,}={0,2}");
    private static final double MOST_BITS_PER_CHARACTER = 3.3;
    private static final int LONGEST = 4096;

    private CookieLinter() {}

    /** An email or IP address, or a card number. */
    static boolean personal(String value) {
        return readings(value).stream()
                .anyMatch(text -> EMAIL.matcher(text).find()
                        || IPV4.matcher(text).find()
                        || IPV6.matcher(text).find()
                        || card(text));
    }

    /** A password, a token or an identifier. */
    static boolean secret(String value) {
        return value.length() > LONGEST
                || readings(value).stream()
                        .anyMatch(text -> SECRET_NAME.matcher(text).find())
                || WORD.matcher(value).results().map(found -> found.group()).anyMatch(CookieLinter::random);
    }

    private static List<String> readings(String value) {
        List<String> readings = new ArrayList<>(List.of(value));
        try {
            String decoded = URLDecoder.decode(value, StandardCharsets.UTF_8);
            readings.add(decoded);
            readings.add(URLDecoder.decode(decoded, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            readings.add(value);
        }
        for (String text : List.copyOf(readings)) {
            Matcher words = BASE64.matcher(text);
            while (words.find()) {
                String word = words.group().replace('+', '-').replace('/', '_');
                try {
                    readings.add(new String(
                            Base64.getUrlDecoder().decode(word.replaceAll("=+$", "")), StandardCharsets.ISO_8859_1));
                } catch (IllegalArgumentException notEncoded) {
                    continue;
                }
            }
        }
        return readings;
    }

    private static boolean card(String text) {
        return DIGITS.matcher(text)
                .results()
                .anyMatch(found -> luhn(found.group().replaceAll("[ -]", "")));
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit : digit * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /** Letters and digits without a pattern: words of a language repeat more. */
    private static boolean random(String word) {
        boolean digit = word.chars().anyMatch(c -> c >= '0' && c <= '9');
        boolean letter = word.chars().anyMatch(Character::isLetter);
        Map<Integer, Integer> counts = new HashMap<>();
        word.chars().forEach(c -> counts.merge(c, 1, Integer::sum));
        double bits = counts.values().stream()
                .mapToDouble(count -> {
                    double share = (double) count / word.length();
                    return -share * Math.log(share) / Math.log(2);
                })
                .sum();
        return digit && letter && bits >= MOST_BITS_PER_CHARACTER - (word.length() < 16 ? 0.3 : 0);
    }
}
