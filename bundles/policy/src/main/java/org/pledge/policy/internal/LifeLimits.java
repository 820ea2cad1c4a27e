package org.pledge.policy.internal;

import java.time.DateTimeException;
import java.time.Period;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.ownership.OwnershipService;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Holds a pack to what it promises about transfers abroad and about a change of ownership. */
final class LifeLimits {
    private LifeLimits() {}

    /** The regions that are promised are those of the register, each with its mechanism. */
    static void regions(Fields with, Fields transfers) {
        with.only("regions", "order");
        Set<String> declared = new TreeSet<>(transfers.blockOrNone("regions").keys());
        Set<String> promised = new LinkedHashSet<>(List.of(with.text("regions").split(", *")));
        if (!declared.equals(new TreeSet<>(promised))) {
            with.problem(
                    "regions",
                    "the regions under 'transfers' are " + Problems.quote(String.join(", ", declared)) + ".",
                    "Name exactly those, with commas between them.");
        }
        if (with.has("order") && !with.text("order").equals("safeguards before consent")) {
            with.problem(
                    "order",
                    "a consent to a transfer never comes before a safeguard.",
                    "Write 'safeguards before consent', or leave it out.");
        }
    }

    /** What is announced needs a purpose that the transfer can be decided for, and time to object. */
    static void ownership(Fields with, Fields root) {
        with.only("announced", "notice");
        boolean announced =
                root.blockOrNone("ownership").text("transfer", "not-announced").equals("announced");
        if (!with.text("announced").equals(announced ? "yes" : "no")) {
            with.problem(
                    "announced",
                    "'ownership' says " + (announced ? "that it is announced." : "that it is not announced."),
                    "Let both say the same.");
        }
        if (announced && !root.blockOrNone("purposes").has(OwnershipService.PURPOSE)) {
            with.problem(
                    "announced",
                    "nothing can go without the purpose " + Problems.quote(OwnershipService.PURPOSE) + ".",
                    "Add it under 'purposes', and a rule under 'disclosures' that permits it to a recipient.");
        }
        if (with.has("notice") && !isDays(with.text("notice"))) {
            with.problem(
                    "notice",
                    Problems.quote(with.text("notice")) + " is no time to object.",
                    "Write an ISO 8601 period of days or more such as P30D.");
        }
    }

    private static boolean isDays(String text) {
        try {
            Period period = Period.parse(text);
            return !period.isNegative() && !period.isZero();
        } catch (DateTimeException e) {
            return false;
        }
    }
}
