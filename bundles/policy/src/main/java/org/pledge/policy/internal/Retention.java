package org.pledge.policy.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long data is kept: an ISO 8601 duration, or until an event. */
final class Retention {
    static final String FORM =
            "an ISO 8601 duration such as P2Y or PT0S, or 'until <event>' such as 'until account-closed'";

    private static final Pattern DURATION =
            Pattern.compile("P(?=[0-9T])(?:([0-9]{1,5})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?"
                    + "(?:([0-9]{1,5})D)?(?:T(?=[0-9])(?:([0-9]{1,5})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})S)?)?");
    private static final Pattern EVENT = Pattern.compile("until [a-z][a-z0-9-]{0,62}");
    private static final long[] SECONDS = {31_556_952, 2_629_746, 604_800, 86_400, 3_600, 60, 1};

    private Retention() {}

    static boolean valid(String text) {
        return duration(text) || EVENT.matcher(text).matches();
    }

    static boolean duration(String text) {
        return DURATION.matcher(text).matches();
    }

    /** Whether data may be kept longer than before; what cannot be compared counts as longer. */
    static boolean longer(String before, String after) {
        return !before.equals(after) && !(duration(before) && duration(after) && seconds(after) <= seconds(before));
    }

    /** In seconds, a month and a year being average ones of the Gregorian calendar. */
    private static long seconds(String text) {
        Matcher matcher = DURATION.matcher(text);
        long seconds = 0;
        if (matcher.matches()) {
            for (int i = 0; i < SECONDS.length; i++) {
                seconds += matcher.group(i + 1) == null ? 0 : Long.parseLong(matcher.group(i + 1)) * SECONDS[i];
            }
        }
        return seconds;
    }
}
