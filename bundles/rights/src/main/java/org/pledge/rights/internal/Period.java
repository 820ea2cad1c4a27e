package org.pledge.rights.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of days, months and the like, as a law writes it. */
record Period(int amount, Unit unit) {
    /** What is counted. */
    enum Unit {
        HOUR,
        DAY,
        BUSINESS_DAY,
        MONTH
    }

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,2}) (hour|day|business-day|month)s?");

    static Optional<Period> parse(String text) {
        Matcher read = FORM.matcher(text);
        return read.matches()
                ? Optional.of(new Period(
                        Integer.parseInt(read.group(1)),
                        Unit.valueOf(read.group(2).toUpperCase(Locale.ROOT).replace('-', '_'))))
                : Optional.empty();
    }

    /** Both together, counted from one beginning. */
    Period and(Period further) {
        if (unit != further.unit) {
            throw new IllegalArgumentException("periods of different units do not add up");
        }
        return new Period(amount + further.amount, unit);
    }
}
