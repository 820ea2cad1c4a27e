package org.pledge.dsr.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** Lets each key pass a few times an hour. Keys are the names of known parties, so that there are few. */
final class Hourly {
    private final Map<String, Integer> passed = new HashMap<>();
    private Instant hour = Instant.MIN;

    synchronized boolean passes(String key, int most, Instant now) {
        Instant current = now.truncatedTo(ChronoUnit.HOURS);
        if (!current.equals(hour)) {
            hour = current;
            passed.clear();
        }
        return passed.merge(key, 1, Integer::sum) <= most;
    }
}
