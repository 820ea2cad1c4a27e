package org.pledge.visitor.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.pledge.visitor.UsageService.Event;

/** What an event may hold. */
final class EventRules {
    /** How late an event may come; a day is sealed only after its last event could have come. */
    static final Duration LATEST = Duration.ofHours(2);

    static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final Pattern SITE = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern WORD = Pattern.compile("[a-z](?:-?[a-z]){0,31}");
    private static final int LONGEST = 2_048;

    private EventRules() {}

    /** Which part of an event tells who visits; empty when none does. */
    static Optional<String> identity(Event event) {
        Optional<String> name = event.others().stream()
                .sorted()
                .flatMap(field -> Identity.inName(field).stream())
                .findFirst();
        if (name.isPresent()) {
            return name;
        }
        if (event.host().filter(Identity::inHost).isPresent()) {
            return Optional.of("host");
        }
        if (event.category().filter(Identity::inValue).isPresent()) {
            return Optional.of("category");
        }
        return event.browser().filter(Identity::inValue).map(browser -> "browser");
    }

    /** What else is wrong with an event; empty when nothing is. */
    static Optional<String> fault(Event event, Instant now) {
        if (!event.others().isEmpty()) {
            return Optional.of("only site, at, host, path, category, browser, first, gpc and refused are known here");
        }
        if (!SITE.matcher(event.site()).matches()) {
            return Optional.of("site must be the tenant's name for it, of up to 40 lower-case letters, digits and"
                    + " hyphens; never its address");
        }
        if (event.at().isBefore(now.minus(LATEST)) || event.at().isAfter(now.plus(CLOCKS_DIFFER))) {
            return Optional.of("at must be a time of the last two hours");
        }
        if (event.host().filter(EventRules::tooLong).isPresent()
                || event.path().filter(EventRules::tooLong).isPresent()) {
            return Optional.of("host and path have at most " + LONGEST + " characters");
        }
        if (event.category().filter(word -> !WORD.matcher(word).matches()).isPresent()
                || event.browser().filter(word -> !WORD.matcher(word).matches()).isPresent()) {
            return Optional.of("category and browser are words of up to 32 lower-case letters and hyphens");
        }
        return Optional.empty();
    }

    static boolean isSite(String site) {
        return SITE.matcher(site).matches();
    }

    private static boolean tooLong(String text) {
        return text.length() > LONGEST;
    }
}
