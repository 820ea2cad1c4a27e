package org.pledge.cookies;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.TrackerKind;

/**
 * A cookie that may be set.
 *
 * @param name one that ends with an asterisk stands for every name that begins like it
 * @param need what the visitor must have said
 * @param life the longest life; empty for a cookie that ends with the browser's session
 */
public record RegisteredCookie(String name, TrackerKind kind, Need need, Optional<Duration> life) {
    private static final int PARTS = 5;

    /**
     * Reads a register: entries with commas between them, each {@code name owner purpose KIND life}.
     *
     * @throws IllegalArgumentException when an entry has another form
     */
    public static List<RegisteredCookie> register(String text) {
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
        return List.copyOf(register.values());
    }

    private static RegisteredCookie parse(String entry) {
        String[] parts = entry.split("\\s+");
        if (parts.length != PARTS) {
            throw wrong(entry, "write: name owner purpose KIND life");
        }
        TrackerKind kind = Arrays.stream(TrackerKind.values())
                .filter(each -> each.name().equals(parts[3]))
                .findFirst()
                .orElseThrow(() -> wrong(entry, "its kind must be one of " + Arrays.toString(TrackerKind.values())));
        Optional<Duration> life = life(entry, parts[4]);
        if (kind == TrackerKind.SESSION && life.isPresent()) {
            throw wrong(entry, "a SESSION cookie has the life 'session'");
        }
        return new RegisteredCookie(parts[0], kind, kind.need(), life);
    }

    private static Optional<Duration> life(String entry, String text) {
        try {
            return Life.of(text);
        } catch (DateTimeException e) {
            throw wrong(entry, "its life must be 'session' or an ISO 8601 duration such as P90D");
        }
    }

    private static IllegalArgumentException wrong(String entry, String text) {
        return new IllegalArgumentException("the cookie \"" + entry + "\": " + text);
    }

    /** How many characters of a name this is registered for; none when it is for other names. */
    int matches(String other) {
        if (!name.endsWith("*")) {
            return name.equals(other) ? Integer.MAX_VALUE : 0;
        }
        return other.startsWith(name.substring(0, name.length() - 1)) ? name.length() - 1 : 0;
    }
}
