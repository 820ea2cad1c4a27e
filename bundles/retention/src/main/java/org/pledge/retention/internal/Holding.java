package org.pledge.retention.internal;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.retention.HoldService.Hold;

/**
 * What holds keep of one kind of data.
 *
 * @param all whether they keep all of it
 * @param people whose data they keep
 */
record Holding(boolean all, Set<SubjectId> people) {
    static final Holding NONE = new Holding(false, Set.of());

    static Holding of(List<Hold> holds, String category, Instant now) {
        List<Hold> inForce = holds.stream()
                .filter(hold -> hold.category().equals(category) && hold.inForce(now))
                .toList();
        return new Holding(
                inForce.stream().anyMatch(hold -> hold.subject().isEmpty()),
                inForce.stream().flatMap(hold -> hold.subject().stream()).collect(Collectors.toUnmodifiableSet()));
    }

    /** What holds keep of records of the platform, which are of no kind that a hold names: all that is about the held. */
    static Holding ofAny(List<Hold> holds, Instant now) {
        List<Hold> inForce = holds.stream().filter(hold -> hold.inForce(now)).toList();
        return new Holding(
                inForce.stream().anyMatch(hold -> hold.subject().isEmpty()),
                inForce.stream().flatMap(hold -> hold.subject().stream()).collect(Collectors.toUnmodifiableSet()));
    }

    /** With the data of others kept, too. */
    Holding and(Set<SubjectId> others) {
        return new Holding(
                all, Stream.concat(people.stream(), others.stream()).collect(Collectors.toUnmodifiableSet()));
    }
}
