package org.pledge.sharing.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long and how often sending is tried, checked. */
record Timing(Duration deadline, int maxAttempts, Duration backoffInitial, Duration backoffMax, Duration claim) {
    private static final Duration MOST_ASKED = Duration.ofHours(1);

    Timing {
        require(deadline, "deadlineHours");
        require(backoffInitial, "backoffInitialSeconds");
        require(backoffMax, "backoffMaxSeconds");
        require(claim, "claimSeconds");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts in org.pledge.sharing must be at least 1");
        }
    }

    static Timing of(DefaultOutbox.Config config) {
        return new Timing(
                Duration.ofHours(config.deadlineHours()),
                config.maxAttempts(),
                Duration.ofSeconds(config.backoffInitialSeconds()),
                Duration.ofSeconds(config.backoffMaxSeconds()),
                Duration.ofSeconds(config.claimSeconds()));
    }

    private static void require(Duration duration, String key) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(key + " in org.pledge.sharing must be at least 1");
        }
    }

    /** The back-off, or as long as the partner asked for, an hour at most. */
    Duration pause(int attempt, Duration asked) {
        Duration wait = asked.compareTo(MOST_ASKED) > 0 ? MOST_ASKED : asked;
        Duration own = backoff(attempt);
        return own.compareTo(wait) > 0 ? own : wait;
    }

    /** Between half of and the whole back-off, so that those that failed together do not come back together. */
    Duration backoff(int attempt) {
        int doublings = Math.min(attempt - 1, 30);
        Duration whole = backoffInitial.multipliedBy(1L << doublings);
        long most = (whole.compareTo(backoffMax) > 0 ? backoffMax : whole).toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
