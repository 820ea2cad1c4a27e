package org.pledge.sharing.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy.Obligation;

/** Puts what was found out about each field together into one decision. */
final class Verdict {
    private final Set<String> permitted = new LinkedHashSet<>();
    private final Set<Obligation> obligations = new LinkedHashSet<>();
    private final Set<String> permittingPromises = new LinkedHashSet<>();
    private final List<Refusal> deciding = new ArrayList<>();
    private final List<Refusal> further = new ArrayList<>();

    void permit(String field, List<String> promises, List<Obligation> itsObligations) {
        permitted.add(field);
        permittingPromises.addAll(promises);
        obligations.addAll(itsObligations);
    }

    /** Refuses a field; the first refusal is the deciding one. */
    void refuse(List<Refusal> refusals) {
        deciding.add(refusals.get(0));
        further.addAll(refusals.subList(1, refusals.size()));
    }

    Decision decision() {
        List<Refusal> all = new ArrayList<>(deciding);
        all.addAll(further);
        List<Reason> reasons = merged(all);
        if (!permitted.isEmpty()) {
            return new Decision.Permitted(
                    permitted, List.copyOf(obligations), List.copyOf(permittingPromises), reasons);
        }
        Set<String> promises = new LinkedHashSet<>();
        deciding.forEach(refusal -> promises.addAll(refusal.reason().promises()));
        return new Decision.Denied(
                reasons, List.copyOf(promises), deciding.get(0).remedy());
    }

    /** Reasons that differ in their promises alone become one. */
    private static List<Reason> merged(List<Refusal> refusals) {
        Map<Reason, Set<String>> promises = new LinkedHashMap<>();
        for (Refusal refusal : refusals) {
            Reason reason = refusal.reason();
            promises.computeIfAbsent(
                            new Reason(reason.code(), reason.field(), List.of(), reason.text()),
                            any -> new LinkedHashSet<>())
                    .addAll(reason.promises());
        }
        return promises.entrySet().stream()
                .map(entry -> new Reason(
                        entry.getKey().code(),
                        entry.getKey().field(),
                        List.copyOf(entry.getValue()),
                        entry.getKey().text()))
                .toList();
    }
}
