package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.internal.Refusal.Rule;

/**
 * Asks everybody who may say that something must stay.
 *
 * @param least of how many there have to be
 */
record Keeping(Supplier<List<RemovalCheck>> checks, int least) {
    /** Keeps what must stay as it is until the transaction ends, before a removal holds rows that a sweep waits for. */
    void settle(TenantId tenant) {
        checks.get().forEach(check -> check.settle(tenant));
    }

    /** What must stay of these categories, by name; the longest of several reasons counts. */
    Map<String, Kept> kept(TenantId tenant, SubjectId person, Collection<String> categories) {
        List<RemovalCheck> present = checks.get();
        if (present.size() < least) {
            throw new PledgeException(UNAVAILABLE, "nobody is there to say whether a legal hold keeps something")
                    .remedy(
                            "Nothing was removed; try again in a moment, and start the retention bundle if it stays so.");
        }
        Map<String, Kept> kept = new TreeMap<>();
        present.stream()
                .flatMap(check -> check.kept(tenant, person).stream())
                .filter(one -> categories.contains(one.category()))
                .forEach(one -> kept.merge(
                        one.category(),
                        one,
                        (first, second) -> second.until().isAfter(first.until()) ? second : first));
        return kept;
    }

    /** Refuses a removal or a change of these categories while one of them must stay. */
    void refuse(TenantId tenant, SubjectId person, Collection<String> categories) {
        Map<String, Kept> kept = categories.isEmpty() ? Map.of() : kept(tenant, person, categories);
        if (kept.isEmpty()) {
            return;
        }
        Instant until =
                kept.values().stream().map(Kept::until).max(Instant::compareTo).orElseThrow();
        Set<String> promises = kept.values().stream()
                .flatMap(one -> one.promises().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        throw Refusal.of(
                        Rule.HELD,
                        kept.keySet(),
                        new PledgeException(
                                        CONFLICT,
                                        "a legal hold keeps " + String.join(", ", kept.keySet()) + " until " + until)
                                .because(List.copyOf(promises))
                                .remedy("Fulfil a request for erasure: what is not held goes at once, the rest when the"
                                        + " hold ends. Or have two officers release it: retention:release."))
                .about(person);
    }
}
