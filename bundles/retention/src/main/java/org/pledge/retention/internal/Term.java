package org.pledge.retention.internal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Optional;

/** A period of a policy: calendar days, counted in UTC so that no change of clocks makes one longer, and hours. */
record Term(Period days, Duration hours) {
    /** The period; empty for text that is none, such as {@code until account-closed}. */
    static Optional<Term> parse(String end) {
        if (!end.startsWith("P")) {
            return Optional.empty();
        }
        int time = end.indexOf('T');
        String days = time < 0 ? end : end.substring(0, time);
        try {
            return Optional.of(new Term(
                    time == 1 ? Period.ZERO : Period.parse(days),
                    time < 0 ? Duration.ZERO : Duration.parse("P" + end.substring(time))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * What is as old as this is past the period. A period of months that ends on a day which the month has not ends on
     * the first of the next one.
     */
    Instant before(Instant now) {
        Instant before = now.atOffset(ZoneOffset.UTC).minus(days).minus(hours).toInstant();
        return before.isBefore(Instant.EPOCH) ? Instant.EPOCH : before;
    }
}
