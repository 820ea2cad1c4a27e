package org.pledge.audit.internal;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps values that look like personal data out of the details of a leaf, as a last guard behind the callers. */
final class DetailRules {
    private static final int LONGEST = 200;
    private static final int LONGEST_CARD_NUMBER = 19;
    private static final int SHORTEST_CARD_NUMBER = 13;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{" + SHORTEST_CARD_NUMBER + ",}");
    /** A SHA-256 in hexadecimal, or the half of one that names a key, may hold such a run of digits by chance. */
    private static final Pattern HASH = Pattern.compile("\\b[0-9a-f]{32}(?:[0-9a-f]{32})?\\b");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private DetailRules() {}

    /** @throws IllegalArgumentException without the offending value */
    static void check(Map<String, String> details) {
        details.forEach((key, value) -> {
            check(key);
            check(value);
        });
    }

    private static void check(String text) {
        if (text.length() > LONGEST && !isNames(text)) {
            throw new IllegalArgumentException("an audit detail has more than 200 characters and is no list of names");
        }
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException("an audit detail looks like an address");
        }
        if (!DIGITS.matcher(text).find()) {
            return;
        }
        Matcher digits = DIGITS.matcher(HASH.matcher(text).replaceAll(""));
        while (digits.find()) {
            if (digits.group().length() <= LONGEST_CARD_NUMBER && passesLuhn(digits.group())) {
                throw new IllegalArgumentException("an audit detail looks like a card number");
            }
        }
    }

    /** As a policy pack names categories, of which somebody may have any number. */
    private static boolean isNames(String text) {
        return Arrays.stream(text.split(",", -1)).allMatch(NAME.asMatchPredicate());
    }

    /** ISO/IEC 7812-1, annex B. */
    private static boolean passesLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }
}
