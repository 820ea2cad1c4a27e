package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.CaseRuling;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.policy.Policy.Ruling;

/** Puts the rulings about single categories together into one decision: what the policy alone says. */
final class Answers {
    private final Set<String> fields = new LinkedHashSet<>();
    private final Set<Obligation> obligations = new LinkedHashSet<>();
    private final Set<String> permitting = new LinkedHashSet<>();
    private final List<Reason> reasons = new ArrayList<>();
    private final Set<String> denying = new LinkedHashSet<>();
    private String remedy = "";

    private Answers() {}

    /** The answer when the person has said {@code given}. */
    static Decision byConsent(
            Policy policy, String recipient, String purpose, List<String> data, Need given, String jurisdiction) {
        Answers answers = new Answers();
        for (String category : data) {
            Ruling ruling = policy.ruling(recipient, purpose, category);
            Need need = ruling.needFor(jurisdiction);
            if (need != Need.NEVER && given.compareTo(need) >= 0) {
                answers.permit(category, ruling.obligations(), ruling.promises());
            } else {
                Code code = need == Need.NEVER ? never(policy, purpose, category) : Code.NO_CONSENT;
                answers.deny(code, category, ruling.promises(), ruling.text(), ruling.remedy());
            }
        }
        return answers.decision();
    }

    /** The answer when there is an approved case on this ground. */
    static Decision byCase(Policy policy, Ground ground, String recipient, List<String> data) {
        Answers answers = new Answers();
        for (String category : data) {
            CaseRuling ruling = policy.caseRuling(ground, recipient, category);
            if (ruling.state() == CaseState.PERMITTED) {
                answers.permit(category, List.of(), ruling.promises());
            } else {
                Code code = ruling.state() == CaseState.LOCKED ? Code.EXCEPTION_NEEDED : Code.PROHIBITED;
                answers.deny(code, category, ruling.promises(), ruling.text(), ruling.remedy());
            }
        }
        return answers.decision();
    }

    private static Code never(Policy policy, String purpose, String category) {
        boolean provided = policy.purpose(purpose)
                .filter(each -> each.retention().containsKey(category))
                .isPresent();
        return provided ? Code.PROHIBITED : Code.NOT_PROVIDED;
    }

    private void permit(String category, List<Obligation> duties, List<String> promises) {
        fields.add(category);
        obligations.addAll(duties);
        permitting.addAll(promises);
    }

    private void deny(Code code, String category, List<String> promises, String text, String change) {
        if (reasons.isEmpty()) {
            remedy = change;
        }
        reasons.add(new Reason(code, category, promises, text));
        denying.addAll(promises);
    }

    private Decision decision() {
        return fields.isEmpty()
                ? new Decision.Denied(reasons, List.copyOf(denying), remedy)
                : new Decision.Permitted(fields, List.copyOf(obligations), List.copyOf(permitting), reasons);
    }
}
