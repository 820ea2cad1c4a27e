package org.pledge.rest.internal;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Reads query parameters. */
final class Query {
    static final int DEFAULT_LIMIT = 50;
    static final int MOST = 200;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private Query() {}

    static int limit(String text) {
        int limit = text == null ? DEFAULT_LIMIT : number("limit", text);
        if (limit > MOST) {
            throw malformed("limit", "1 to " + MOST);
        }
        return limit;
    }

    static int number(String name, String text) {
        if (text == null || !NUMBER.matcher(text).matches()) {
            throw malformed(name, "a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    static boolean flag(String name, String text) {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw malformed(name, "true or false");
        }
        return "true".equals(text);
    }

    static LocalDate day(String name, String text) {
        try {
            return LocalDate.parse(text == null ? "" : text);
        } catch (DateTimeException e) {
            throw malformed(name, "a date such as 2026-01-31");
        }
    }

    static <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equals(text))
                .findFirst()
                .orElseThrow(() -> malformed(name, "one of " + Arrays.toString(type.getEnumConstants())));
    }

    private static PledgeException malformed(String name, String expected) {
        return new PledgeException(Kind.MALFORMED, name + " must be " + expected)
                .remedy("Correct the query parameter '" + name + "' and ask again.");
    }
}
