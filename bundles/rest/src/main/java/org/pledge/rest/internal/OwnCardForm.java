package org.pledge.rest.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/**
 * What a page about cards sends: words, and an encrypted card that becomes no text. No word of these pages needs an
 * escape, so that none is undone; closing it wipes the card.
 */
record OwnCardForm(Map<String, String> words, byte[] jwe) implements AutoCloseable {
    private static final String JWE = "jwe";
    private static final Set<String> NAMES = Set.of("pass", "act", "token", "cursor");
    private static final Set<String> WITH_DIGITS = Set.of("pass", "cursor");
    private static final int LONGEST_WORD = 64;

    /** What is done on these pages. */
    enum Act {
        SHOW,
        USES,
        ADD,
        REPLACE,
        DELETE
    }

    /** Reads {@code name=value} pairs with {@code &} between them, and wipes them. */
    static OwnCardForm read(byte[] body) {
        Map<String, String> words = new HashMap<>();
        byte[] jwe = null;
        boolean complete = false;
        try {
            for (int from = 0; from < body.length; ) {
                int end = indexOf(body, '&', from, body.length);
                int equals = indexOf(body, '=', from, end);
                String name = word(body, from, equals, false);
                if (equals == end || words.containsKey(name) || name.equals(JWE) && jwe != null) {
                    throw unreadable();
                }
                if (name.equals(JWE)) {
                    jwe = Arrays.copyOfRange(body, equals + 1, end);
                } else if (NAMES.contains(name)) {
                    words.put(name, word(body, equals + 1, end, WITH_DIGITS.contains(name)));
                } else {
                    throw unreadable();
                }
                from = end + 1;
            }
            complete = true;
            return new OwnCardForm(words, jwe == null ? new byte[0] : jwe);
        } finally {
            Arrays.fill(body, (byte) 0);
            if (!complete && jwe != null) {
                Arrays.fill(jwe, (byte) 0);
            }
        }
    }

    private static int indexOf(byte[] body, char wanted, int from, int end) {
        int at = from;
        while (at < end && body[at] != wanted) {
            at++;
        }
        return at;
    }

    /** Where no digit is expected none becomes text: it may be one of a card number that somebody put there. */
    private static String word(byte[] body, int from, int end, boolean digits) {
        boolean fits = end - from <= LONGEST_WORD;
        for (int i = from; fits && i < end; i++) {
            fits = body[i] == '_' || body[i] == '-' || isLetter(body[i]) || digits && isDigit(body[i]);
        }
        if (!fits) {
            throw unreadable();
        }
        return new String(body, from, end - from, StandardCharsets.US_ASCII);
    }

    private static boolean isLetter(byte each) {
        return each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z';
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    private static PledgeException unreadable() {
        return new PledgeException(Kind.MALFORMED, "this is no form of the page about cards; it was forgotten")
                .remedy("Open the page by a link, and use the forms on it.");
    }

    String pass() {
        return needed("pass");
    }

    String token() {
        return needed("token");
    }

    Optional<String> cursor() {
        return Optional.ofNullable(words.get("cursor"));
    }

    Act act() {
        return Query.constant("act", Act.class, needed("act").toUpperCase(Locale.ROOT));
    }

    private String needed(String name) {
        Contract.needed(name, words.get(name));
        return words.get(name);
    }

    @Override
    public void close() {
        Arrays.fill(jwe, (byte) 0);
    }

    @Override
    public String toString() {
        return "OwnCardForm";
    }
}
