package org.pledge.front.internal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A cookie that may be set.
 *
 * @param life the longest life; empty for a cookie that ends with the browser's session
 */
record RegisteredCookie(String name, String owner, String purpose, Kind kind, Optional<Duration> life) {
    /** What a cookie is for. */
    enum Kind {
        /** Needed to serve the visitor; ends with the browser's session. */
        SESSION,
        /** Remembers a choice; holds nothing about a person. */
        PREFERENCE,
        /** Counts visits. */
        STATISTICS,
        /** Serves advertising. */
        MARKETING
    }

    private static final int PARTS = 5;

    /**
     * Reads a register: entries with commas between them, each {@code name owner purpose KIND life}.
     *
     * @throws IllegalArgumentException when an entry has another form
     */
    static Map<String, RegisteredCookie> register(String text) {
        Map<String, RegisteredCookie> register = new LinkedHashMap<>();
        Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .forEach(entry -> {
                    RegisteredCookie cookie = parse(entry);
                    if (register.put(cookie.name(), cookie) != null) {
                        throw wrong(entry, "its name is listed twice");
                    }
                });
        return Map.copyOf(register);
    }

    private static RegisteredCookie parse(String entry) {
        String[] parts = entry.split("\\s+");
        if (parts.length != PARTS) {
            throw wrong(entry, "write: name owner purpose KIND life");
        }
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.name().equals(parts[3]))
                .findFirst()
                .orElseThrow(() -> wrong(entry, "its kind must be one of " + Arrays.toString(Kind.values())));
        Optional<Duration> life = parts[4].equals("session") ? Optional.empty() : Optional.of(life(entry, parts[4]));
        if (kind == Kind.SESSION && life.isPresent()) {
            throw wrong(entry, "a SESSION cookie has the life 'session'");
        }
        return new RegisteredCookie(parts[0], parts[1], parts[2], kind, life);
    }

    private static Duration life(String entry, String text) {
        try {
            if (text.indexOf('T') >= 0) {
                return Duration.parse(text);
            }
            Period period = Period.parse(text);
            return Duration.ofDays(
                    period.toTotalMonths() / 12 * 365L + period.toTotalMonths() % 12 * 30 + period.getDays());
        } catch (DateTimeException e) {
            throw wrong(entry, "its life must be 'session' or an ISO 8601 duration such as P90D");
        }
    }

    private static IllegalArgumentException wrong(String entry, String text) {
        return new IllegalArgumentException("the cookie \"" + entry + "\": " + text);
    }
}
