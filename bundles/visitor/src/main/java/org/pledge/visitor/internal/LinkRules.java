package org.pledge.visitor.internal;

import java.util.List;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.Promise;

/**
 * What a policy says about linking devices to people: nothing, unless it has a promise about what a link means.
 *
 * @param promises that say it
 * @param against promises that forbid records of visitors
 */
record LinkRules(Policy policy, List<String> promises, List<String> against) {
    private static final String CONTROL = "lineage";
    private static final Set<String> FORBIDDING = Set.of("unlinkability", "visitor-ingest");
    private static final String CASE_CLOSED = "until case-closed";

    static LinkRules of(Policy policy) {
        return new LinkRules(policy, named(policy, Set.of(CONTROL)), named(policy, FORBIDDING));
    }

    private static List<String> named(Policy policy, Set<String> controls) {
        return policy.promises().stream()
                .filter(promise -> controls.contains(promise.control()))
                .map(Promise::id)
                .toList();
    }

    void requireLinks() {
        if (promises.isEmpty()) {
            throw new PledgeException(
                            Kind.DENIED,
                            against.isEmpty()
                                    ? "this policy has no promise about devices that are linked to people"
                                    : "no record of a visitor may be kept (" + String.join(", ", against) + ")")
                    .because(against)
                    .remedy("Send visits as usage events, which are counted and forgotten.");
        }
    }

    /** Whether such data is recorded while a device is linked: it is about nobody otherwise, and leaves on time. */
    boolean records(String category) {
        return !promises.isEmpty()
                && !category.equals(VisitRules.VISITS)
                && policy.category(category).filter(LinkRules::isAboutNobody).isPresent()
                && policy.purposes().stream()
                        .anyMatch(purpose -> endsInTime(purpose.retention().getOrDefault(category, "")))
                && policy.purposes().stream()
                        .map(purpose -> purpose.retention().getOrDefault(category, CASE_CLOSED))
                        .allMatch(end -> end.equals(CASE_CLOSED) || endsInTime(end));
    }

    /** Records leave by whole days, which is too late for hours. */
    static boolean endsInTime(String end) {
        return end.startsWith("P") && end.indexOf('T') < 0;
    }

    private static boolean isAboutNobody(Category category) {
        return !category.supplied()
                && (category.dataClass() == DataClass.PSEUDONYMOUS || category.dataClass() == DataClass.ANONYMOUS);
    }
}
