package org.pledge.policy.internal;

import java.util.List;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.yaml.Fields;

/** One rule about disclosures because of a legal case. */
record CaseRule(
        int line,
        Selector grounds,
        Selector to,
        Selector data,
        CaseState answer,
        List<String> excepts,
        List<String> promises,
        String because,
        String remedy) {
    CaseRule {
        excepts = List.copyOf(excepts);
        promises = List.copyOf(promises);
    }

    /** Whether it speaks about a cell; {@code known} says whether the pack defines the category. */
    boolean matches(Ground ground, String recipient, String category, boolean known) {
        return (known || answer == CaseState.PROHIBITED)
                && grounds.matches(Fields.word(ground))
                && to.matches(recipient)
                && data.matches(category);
    }

    /** Its answer and what it is about, in words. */
    String summary() {
        String word =
                switch (answer) {
                    case PERMITTED -> "permit";
                    case LOCKED -> "lock";
                    case PROHIBITED -> "deny";
                };
        return word + " " + data.text() + " to " + to.text() + " on ground " + grounds.text();
    }
}
