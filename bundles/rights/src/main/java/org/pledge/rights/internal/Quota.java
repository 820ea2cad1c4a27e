package org.pledge.rights.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** Lets each key pass a few times an hour, and no new keys once there are many. */
final class Quota {
    private static final int MOST_KEYS = 100_000;

    private final int each;
    private final Map<String, Integer> passed = new HashMap<>();
    private Instant hour = Instant.MIN;

    Quota(int each) {
        this.each = each;
    }

    synchronized boolean passes(String key, Instant now) {
        Instant current = now.truncatedTo(ChronoUnit.HOURS);
        if (!current.equals(hour)) {
            hour = current;
            passed.clear();
        }
        if (passed.size() >= MOST_KEYS && !passed.containsKey(key)) {
            return false;
        }
        return passed.merge(key, 1, Integer::sum) <= each;
    }
}
