package org.pledge.policy.internal;

import java.util.Set;
import java.util.TreeSet;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Holds promised sweeps to what is swept and to the pack's own periods: others would be kept by nobody. */
final class SweepLimits {
    private static final Set<String> SWEPT = Set.of("traffic-log", "visitor-statistics");

    private static final String CASE_CLOSED = "until case-closed";

    private SweepLimits() {}

    static void check(String id, Fields with, Fields purposes) {
        if (with.has("until")) {
            event(id, with, purposes);
            return;
        }
        with.only("category", "period");
        if (!with.required("category") || !with.required("period")) {
            return;
        }
        String category = with.text("category");
        String period = with.text("period");
        if (!SWEPT.contains(category)) {
            with.problem(
                    "category",
                    "nothing removes " + Problems.quote(category) + " by time.",
                    "Write one of: " + String.join(", ", new TreeSet<>(SWEPT)) + "; or add 'planned'.");
        }
        if (!Retention.duration(period)) {
            with.problem("period", "this is no period.", "Write an ISO 8601 duration such as P2D.");
            return;
        }
        for (String purpose : purposes.keys()) {
            Fields data = purposes.blockOrNone(purpose).blockOrNone("data");
            if (data.has(category) && Retention.longer(period, data.text(category))) {
                data.problem(
                        category,
                        id + " promises " + period + ", and here it is kept longer.",
                        "Write '" + category + ": " + period + "', or change what is promised.");
            }
        }
    }

    /** One copy serves all purposes, so another end would keep it; a case uses what is there and keeps nothing. */
    private static void event(String id, Fields with, Fields purposes) {
        with.only("category", "until");
        if (!with.required("category")) {
            return;
        }
        String category = with.text("category");
        String end = "until " + with.text("until");
        for (String purpose : purposes.keys()) {
            Fields data = purposes.blockOrNone(purpose).blockOrNone("data");
            if (data.has(category) && !Set.of(end, CASE_CLOSED).contains(data.text(category))) {
                data.problem(
                        category,
                        id + " promises that it is kept " + end + ", and here it is kept otherwise.",
                        "Write '" + category + ": " + end + "', or change what is promised.");
            }
        }
    }
}
