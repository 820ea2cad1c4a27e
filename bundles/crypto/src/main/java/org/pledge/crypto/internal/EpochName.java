package org.pledge.crypto.internal;

import java.time.YearMonth;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a wrapping key: the month, and which of that month it is, such as {@code 2026-11.1}. */
record EpochName(YearMonth month, int number) implements Comparable<EpochName> {
    private static final Pattern FORM = Pattern.compile("([0-9]{4}-(?:0[1-9]|1[0-2]))\\.([1-9][0-9]{0,5})");
    private static final Comparator<EpochName> ORDER =
            Comparator.comparing(EpochName::month).thenComparing(EpochName::number);

    /** Empty for what is no name of a wrapping key. */
    static Optional<EpochName> of(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new EpochName(YearMonth.parse(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    static EpochName first(YearMonth month) {
        return new EpochName(month, 1);
    }

    /** The one to make after this, in this month or a later one. */
    EpochName next(YearMonth now) {
        return now.isAfter(month) ? first(now) : new EpochName(month, number + 1);
    }

    @Override
    public int compareTo(EpochName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return month + "." + number;
    }
}
