package org.pledge.vault.internal;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Makes tokens of letters alone, so that none can be taken for a number. */
final class CardTokens {
    private static final String PREFIX = "card_";
    /** 26 to the power of 28 is more than 2 to the power of 131. */
    private static final int LETTERS = 28;

    private static final Pattern FORM = Pattern.compile(PREFIX + "[a-z]{" + LETTERS + "}");

    private final SecureRandom random = new SecureRandom();

    String make() {
        StringBuilder token = new StringBuilder(PREFIX);
        for (int i = 0; i < LETTERS; i++) {
            token.append((char) ('a' + random.nextInt(26)));
        }
        return token.toString();
    }

    /** What has another form is no token, and may be a number that somebody took for one: it goes no further. */
    static boolean isToken(String text) {
        return FORM.matcher(text).matches();
    }
}
