package org.pledge.visitor.internal;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.UsageService.Event;
import org.pledge.visitor.spi.UsageStore.Count;

/** The counters of one call: each event goes into one counter per dimension and is then forgotten. */
final class Tally {
    private record Key(String site, LocalDate day, Dimension dimension, String cell) {}

    private static final Set<String> BROWSERS =
            Set.of("chrome", "edge", "firefox", "opera", "safari", "samsung", "bot");
    private static final String OTHER_BROWSER = "other";

    private final Set<Dimension> kept;
    private final Map<Key, long[]> counters = new HashMap<>();
    private int counted;
    private int withheld;
    private int dropped;

    Tally(Set<Dimension> kept) {
        this.kept = kept;
    }

    void add(Event event) {
        if (event.refused()) {
            dropped++;
            return;
        }
        OffsetDateTime at = event.at().atOffset(ZoneOffset.UTC);
        for (Dimension dimension : kept) {
            String cell =
                    switch (dimension) {
                        case DAY -> Figures.OTHER;
                        case HOUR -> String.format(Locale.ROOT, "%02d", at.getHour());
                        case PAGE -> named(event, event.path().map(Shortened::page));
                        case DOMAIN -> named(event, event.host().flatMap(Shortened::domain));
                        case CATEGORY -> named(event, event.category());
                        case BROWSER -> named(event, event.browser().map(Tally::family));
                    };
            boolean nameless = cell.equals(Figures.OTHER) && dimension != Dimension.DAY;
            long[] counter = counters.computeIfAbsent(
                    new Key(event.site(), at.toLocalDate(), dimension, cell), key -> new long[2]);
            counter[0]++;
            counter[1] += !nameless && event.first().contains(dimension) ? 1 : 0;
        }
        if (event.gpc()) {
            withheld++;
        } else {
            counted++;
        }
    }

    private static String named(Event event, Optional<String> name) {
        return event.gpc() ? Figures.OTHER : name.orElse(Figures.OTHER);
    }

    private static String family(String browser) {
        return BROWSERS.contains(browser) ? browser : OTHER_BROWSER;
    }

    List<Count> counts() {
        return counters.entrySet().stream()
                .map(entry -> new Count(
                        entry.getKey().site(),
                        entry.getKey().day(),
                        entry.getKey().dimension(),
                        entry.getKey().cell(),
                        entry.getValue()[0],
                        entry.getValue()[1]))
                .toList();
    }

    int counted() {
        return counted;
    }

    int withheld() {
        return withheld;
    }

    int dropped() {
        return dropped;
    }
}
