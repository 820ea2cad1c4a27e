package org.pledge.cookies;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.visitor.CookieService.Fault;

/** Which cookies may be set, by the register, their content and what the visitor said. */
public final class CookieRules {
    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

    private final List<RegisteredCookie> register;
    private final Clock clock;

    public CookieRules(List<RegisteredCookie> register, Clock clock) {
        this.register = List.copyOf(register);
        this.clock = clock;
    }

    /** The entry for a name: its own, otherwise the longest pattern. */
    public Optional<RegisteredCookie> registered(String name) {
        return register.stream()
                .filter(each -> each.matches(name) > 0)
                .max(Comparator.comparingInt(each -> each.matches(name)));
    }

    /** The name in a {@code Set-Cookie} header's value; the whole of it when there is none. */
    public static String name(String header) {
        String pair = header.split(";", -1)[0];
        int equals = pair.indexOf('=');
        return equals < 0 ? header : pair.substring(0, equals).strip();
    }

    /** The fault of a {@code Set-Cookie} header's value (RFC 6265); empty when it may be set. */
    public Optional<Fault> fault(String header, Choices choices) {
        String[] parts = header.split(";", -1);
        int equals = parts[0].indexOf('=');
        Optional<RegisteredCookie> registered = equals < 0 ? Optional.empty() : registered(name(header));
        if (registered.isEmpty()) {
            return Optional.of(Fault.UNREGISTERED);
        }
        RegisteredCookie cookie = registered.get();
        String value = parts[0].substring(equals + 1).strip();
        if (value.isEmpty() && removes(parts)) {
            return Optional.empty();
        }
        Optional<Fault> fault = fault(cookie, value, choices);
        for (int i = 1; i < parts.length && fault.isEmpty(); i++) {
            if (life(parts[i]).filter(life -> exceeds(life, cookie)).isPresent()) {
                fault = Optional.of(Fault.LIVES_TOO_LONG);
            }
        }
        return fault;
    }

    /** The fault of a value that is stored under a name; empty when it may be. */
    public Optional<Fault> fault(String name, String value, Choices choices) {
        return registered(name).map(found -> fault(found, value, choices)).orElse(Optional.of(Fault.UNREGISTERED));
    }

    private static Optional<Fault> fault(RegisteredCookie cookie, String value, Choices choices) {
        Optional<Fault> unwelcome = choices.fault(cookie.kind(), cookie.need());
        if (unwelcome.isPresent()) {
            return unwelcome;
        }
        boolean personal =
                CookieLinter.personal(value) || cookie.kind() == TrackerKind.PREFERENCE && CookieLinter.secret(value);
        return personal ? Optional.of(Fault.PERSONAL_VALUE) : Optional.empty();
    }

    /** A cookie without a value whose life is over only takes away what was there. */
    private boolean removes(String[] parts) {
        List<Duration> lives = List.of(parts).subList(1, parts.length).stream()
                .flatMap(attribute -> life(attribute).stream())
                .toList();
        return !lives.isEmpty() && lives.stream().allMatch(life -> life.compareTo(Duration.ZERO) <= 0);
    }

    /** How long an attribute lets a cookie live, if it is about that; one that cannot be read counts as endless. */
    private Optional<Duration> life(String attribute) {
        int equals = attribute.indexOf('=');
        String name = (equals < 0 ? attribute : attribute.substring(0, equals))
                .strip()
                .toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : attribute.substring(equals + 1).strip();
        return switch (name) {
            case "max-age" -> Optional.of(seconds(value));
            case "expires" -> Optional.of(until(value));
            default -> Optional.empty();
        };
    }

    /** A life that is over removes the cookie, which is always allowed. */
    private static boolean exceeds(Duration life, RegisteredCookie cookie) {
        return life.compareTo(Duration.ZERO) > 0 && life.compareTo(cookie.life().orElse(Duration.ZERO)) > 0;
    }

    private static Duration seconds(String text) {
        return text.matches("-?[0-9]{1,12}") ? Duration.ofSeconds(Long.parseLong(text)) : ENDLESS;
    }

    private Duration until(String text) {
        try {
            ZonedDateTime end = ZonedDateTime.parse(text.replace('-', ' '), DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(clock.instant(), end.toInstant());
        } catch (DateTimeException e) {
            return ENDLESS;
        }
    }
}
