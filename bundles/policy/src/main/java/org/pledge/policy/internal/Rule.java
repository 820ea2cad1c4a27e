package org.pledge.policy.internal;

import java.util.List;
import org.pledge.policy.Policy.Obligation;

/** One rule about disclosures. */
record Rule(
        int line,
        Selector to,
        Selector purposes,
        Selector data,
        boolean permits,
        Needs needs,
        List<Obligation> obligations,
        List<String> promises,
        String because,
        String remedy) {
    Rule {
        obligations = List.copyOf(obligations);
        promises = List.copyOf(promises);
    }

    /** Whether it speaks about a cell; {@code used} says whether the purpose lists the category. */
    boolean matches(String recipient, String purpose, String category, boolean used) {
        return (used || !permits) && to.matches(recipient) && purposes.matches(purpose) && data.matches(category);
    }

    /** Its answer and what it is about, in words. */
    String summary() {
        return (permits ? "permit " : "deny ") + data.text() + " to " + to.text() + " for " + purposes.text();
    }
}
