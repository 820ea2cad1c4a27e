package org.pledge.cookies;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.Optional;

/** How long a cookie lives, as a register says it. */
public final class Life {
    /** The life of a cookie that ends with the browser's session. */
    public static final String SESSION = "session";

    private Life() {}

    /**
     * Reads an ISO 8601 duration, a year being 365 days and a month 30; empty for {@link #SESSION}.
     *
     * @throws DateTimeException when it is neither
     */
    public static Optional<Duration> of(String text) {
        if (text.equals(SESSION)) {
            return Optional.empty();
        }
        int time = text.indexOf('T');
        String date = time < 0 ? text : text.substring(0, time);
        Duration life = time < 0 ? Duration.ZERO : Duration.parse("P" + text.substring(time));
        if (date.equals("P") && time >= 0) {
            return Optional.of(life);
        }
        Period period = Period.parse(date);
        long months = period.toTotalMonths();
        return Optional.of(life.plusDays(months / 12 * 365 + months % 12 * 30 + period.getDays()));
    }
}
