package org.pledge.benchmarks;

import java.util.function.DoublePredicate;

/** What a figure should be. */
record Goal(String text, DoublePredicate test) {
    /** For figures that only explain others. */
    static final Goal NONE = new Goal("", value -> true);

    static Goal atMost(double limit, String unit) {
        return new Goal("<= " + Table.number(limit) + unit, value -> value <= limit);
    }

    static Goal atLeast(double limit, String unit) {
        return new Goal(">= " + Table.number(limit) + unit, value -> value >= limit);
    }

    String verdict(double value) {
        return text.isEmpty() ? "" : test.test(value) ? "met" : "MISSED";
    }
}
