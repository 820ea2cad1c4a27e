package org.pledge.policy.internal;

import java.util.Set;
import java.util.TreeSet;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Holds promised sweeps to what is swept and to the pack's own periods: others would be kept by nobody. */
final class SweepLimits {
    private static final Set<String> SWEPT = Set.of("traffic-log", "visitor-statistics");

    private SweepLimits() {}

    static void check(String id, Fields with, Fields purposes) {
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
}
