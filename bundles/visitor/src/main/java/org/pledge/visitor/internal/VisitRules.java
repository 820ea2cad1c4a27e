package org.pledge.visitor.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Promise;
import org.pledge.visitor.UsageService.Dimension;

/**
 * What a policy says about counting visits.
 *
 * @param kept what may be counted; empty when nothing may
 * @param promises behind it
 * @param leastPeople behind every figure
 */
record VisitRules(Set<Dimension> kept, List<String> promises, int leastPeople) {
    static final String VISITS = "visitor-statistics";
    private static final Set<String> CONTROLS = Set.of("visitor-ingest", "aggregate-view", "unlinkability");
    private static final int LEAST = 2;

    static VisitRules of(Policy policy, int defaultPeople) {
        return new VisitRules(kept(policy), promises(policy), people(policy, defaultPeople));
    }

    boolean countsVisits() {
        return !kept.isEmpty();
    }

    /** A category counts when a purpose uses it; what the policy does not name is not counted. */
    private static Set<Dimension> kept(Policy policy) {
        Set<Dimension> kept = EnumSet.noneOf(Dimension.class);
        if (used(policy, VISITS)) {
            kept.addAll(EnumSet.of(Dimension.DAY, Dimension.HOUR, Dimension.PAGE, Dimension.CATEGORY));
            if (used(policy, "domain-name")) {
                kept.add(Dimension.DOMAIN);
            }
            if (used(policy, "browser")) {
                kept.add(Dimension.BROWSER);
            }
        }
        return Set.copyOf(kept);
    }

    private static boolean used(Policy policy, String category) {
        return policy.category(category).isPresent()
                && policy.purposes().stream()
                        .anyMatch(purpose -> purpose.retention().containsKey(category));
    }

    private static List<String> promises(Policy policy) {
        List<String> named = policy.promises().stream()
                .filter(promise -> CONTROLS.contains(promise.control())
                        || VISITS.equals(promise.parameters().get("category")))
                .map(Promise::id)
                .toList();
        return named.isEmpty() ? policy.ruling("", "", VISITS).promises() : named;
    }

    private static int people(Policy policy, int otherwise) {
        return policy.promises().stream()
                .filter(promise -> promise.control().equals("aggregate-view"))
                .map(promise -> promise.parameters().getOrDefault("k", ""))
                .filter(k -> k.matches("[1-9][0-9]{0,5}"))
                .map(Integer::valueOf)
                .max(Integer::compare)
                .map(k -> Math.max(k, LEAST))
                .orElse(Math.max(otherwise, LEAST));
    }
}
