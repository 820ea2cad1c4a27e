package org.pledge.rest.internal;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.sharing.SharingService.State;
import org.pledge.visitor.UsageService.Dimension;

/** Reads query parameters. */
final class Query {
    static final int DEFAULT_LIMIT = 50;
    static final int MOST = 200;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private Query() {}

    static int limit(String text) {
        int limit = text == null ? DEFAULT_LIMIT : number("limit", text);
        if (limit > MOST) {
            throw new PledgeException(Kind.MALFORMED, "limit must be 1 to " + MOST);
        }
        return limit;
    }

    static int number(String name, String text) {
        if (text == null || !NUMBER.matcher(text).matches()) {
            throw new PledgeException(Kind.MALFORMED, name + " must be a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    static LocalDate day(String name, String text) {
        try {
            return LocalDate.parse(text == null ? "" : text);
        } catch (DateTimeException e) {
            throw new PledgeException(Kind.MALFORMED, name + " must be a date such as 2026-01-31");
        }
    }

    static Dimension dimension(String text) {
        return Arrays.stream(Dimension.values())
                .filter(dimension -> dimension.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new PledgeException(
                        Kind.MALFORMED, "by must be one of " + Arrays.toString(Dimension.values())));
    }

    static State state(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new PledgeException(Kind.MALFORMED, "state must be one of " + Arrays.toString(State.values())));
    }
}
