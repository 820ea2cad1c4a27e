package org.pledge.retention.internal;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.SubjectId;
import org.pledge.retention.HoldService.Hold;

/**
 * What holds keep of one kind of data.
 *
 * @param all whether they keep all of it
 * @param people whose data they keep
 */
record Holding(boolean all, Set<SubjectId> people) {
    static Holding of(List<Hold> holds, String category, Instant now) {
        List<Hold> inForce = holds.stream()
                .filter(hold -> hold.category().equals(category) && hold.inForce(now))
                .toList();
        return new Holding(
                inForce.stream().anyMatch(hold -> hold.subject().isEmpty()),
                inForce.stream().flatMap(hold -> hold.subject().stream()).collect(Collectors.toUnmodifiableSet()));
    }
}
