package org.pledge.retention.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/**
 * Somebody who holds data that leaves on time. Every bundle that does offers one as a service; what nobody answers for
 * stays, and is shown as such. Implementations are thread-safe.
 */
public interface Expiring {
    /**
     * Data past its time.
     *
     * @param before what is as old as this or older leaves
     * @param held the people whose data stays because of a hold
     */
    record Due(TenantId tenant, String category, Instant before, Set<SubjectId> held) {
        /** Keeps an immutable copy. */
        public Due {
            held = Set.copyOf(held);
        }
    }

    /** 1 to 32 lower-case letters and hyphens, such as {@code visits}; unique and stable. */
    String name();

    /**
     * Whether it removes this category, as it serves this purpose, at the end that the policy gives it: on a call of
     * {@link #remove} where that is a period, by itself and at once where it is an event.
     */
    boolean answersFor(Policy policy, Policy.Purpose purpose, String category);

    /** The ISO 8601 duration after which it removes what is kept until an event; empty when it waits for the event. */
    default Optional<String> periodOtherwise(Policy policy, String category) {
        return Optional.empty();
    }

    /** Whether it can hold such data under this policy. */
    default boolean holds(Policy policy, String category) {
        return policy.purposes().stream()
                .filter(purpose -> purpose.retention().containsKey(category))
                .anyMatch(purpose -> answersFor(policy, purpose, category));
    }

    /**
     * Where one copy serves several purposes: at which other end it removes that copy, although this purpose ends
     * earlier. Empty where it answers for the purpose, or does not hold such data.
     */
    default Optional<String> laterEnd(Policy policy, Policy.Purpose purpose, String category) {
        return Optional.empty();
    }

    /**
     * Records of the platform itself that are in no category of any policy: the ISO 8601 duration after which each kind
     * is removed, by its name of 1 to 32 lower-case letters and hyphens, which is no category's.
     */
    default Map<String, String> records() {
        return Map.of();
    }

    /**
     * Whether what is due of such records of the platform is free of holds: it looks at those itself, as a hold of one
     * kind of data does not keep the others of the person, or nobody can read the records any more.
     */
    default boolean looksAtHolds(String record) {
        return false;
    }

    /** How much is due, within the current transaction. */
    default long count(Due due) {
        return 0;
    }

    /**
     * Removes some of what is due, oldest first, within the current transaction; what is not in the store of that
     * transaction is removed at once, and is counted again where the transaction is undone. The caller asks again until
     * nothing was removed. What seems to be written in the future, by a clock that was set back, counts from now on.
     *
     * @param limit about how much at most
     * @return how much was removed
     */
    default int remove(Due due, int limit) {
        return 0;
    }
}
