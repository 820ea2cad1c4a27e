package org.pledge.front.internal;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pledge.front.internal.RegisteredCookie.Kind;

/** Which cookies may be set, by the register, their content and what the visitor said. */
final class CookieRules {
    /** Why a cookie is not set. */
    enum Fault {
        /** It is not in the register. */
        UNREGISTERED("AI-14"),
        /** It lives longer than the register says. */
        LIVES_TOO_LONG("AI-15"),
        /** Its value looks like an address, a card number or a secret. */
        PERSONAL_VALUE("KX-18"),
        /** The visitor refuses such cookies, or has not agreed to them. */
        REFUSED_BY_VISITOR("AI-16");

        private final String promise;

        Fault(String promise) {
            this.promise = promise;
        }

        String promise() {
            return promise;
        }
    }

    /** What a visitor said about cookies. */
    enum Choice {
        /** Only what serving the visitor takes. */
        REFUSED,
        /** Nothing. */
        UNSAID,
        /** Any registered cookie is welcome. */
        AGREED
    }

    private final Map<String, RegisteredCookie> register;
    private final Clock clock;

    CookieRules(Map<String, RegisteredCookie> register, Clock clock) {
        this.register = register;
        this.clock = clock;
    }

    boolean registered(String name) {
        return register.containsKey(name);
    }

    /** The fault of a {@code Set-Cookie} header's value (RFC 6265); empty when it may be set. */
    Optional<Fault> fault(String header, Choice choice) {
        String[] parts = header.split(";", -1);
        int equals = parts[0].indexOf('=');
        RegisteredCookie cookie =
                equals < 0 ? null : register.get(parts[0].substring(0, equals).strip());
        if (cookie == null) {
            return Optional.of(Fault.UNREGISTERED);
        }
        if (!welcome(cookie.kind(), choice)) {
            return Optional.of(Fault.REFUSED_BY_VISITOR);
        }
        String value = parts[0].substring(equals + 1).strip();
        if (CookieLinter.personal(value) || cookie.kind() == Kind.PREFERENCE && CookieLinter.secret(value)) {
            return Optional.of(Fault.PERSONAL_VALUE);
        }
        for (int i = 1; i < parts.length; i++) {
            if (livesTooLong(parts[i], cookie)) {
                return Optional.of(Fault.LIVES_TOO_LONG);
            }
        }
        return Optional.empty();
    }

    private static boolean welcome(Kind kind, Choice choice) {
        return switch (kind) {
            case SESSION -> true;
            case PREFERENCE -> choice != Choice.REFUSED;
            case STATISTICS, MARKETING -> choice == Choice.AGREED;
        };
    }

    private boolean livesTooLong(String attribute, RegisteredCookie cookie) {
        int equals = attribute.indexOf('=');
        String name = (equals < 0 ? attribute : attribute.substring(0, equals))
                .strip()
                .toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : attribute.substring(equals + 1).strip();
        return switch (name) {
            case "max-age" -> exceeds(seconds(value), cookie);
            case "expires" -> exceeds(until(value), cookie);
            default -> false;
        };
    }

    /** A life that cannot be read counts as endless; one that is over removes the cookie, which is always allowed. */
    private static boolean exceeds(Optional<Duration> life, RegisteredCookie cookie) {
        return life.map(found -> !found.isNegative()
                        && !found.isZero()
                        && found.compareTo(cookie.life().orElse(Duration.ZERO)) > 0)
                .orElse(true);
    }

    private static Optional<Duration> seconds(String text) {
        return text.matches("-?[0-9]{1,12}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private Optional<Duration> until(String text) {
        try {
            ZonedDateTime end = ZonedDateTime.parse(text.replace('-', ' '), DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(clock.instant(), end.toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
