package org.pledge.retention.spi;

import java.time.Instant;
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

    /** How much is due, within the current transaction. */
    default long count(Due due) {
        return 0;
    }

    /**
     * Removes some of what is due, oldest first, within the current transaction; what is not in the store of that
     * transaction is removed at once. The caller asks again until nothing was removed.
     *
     * @param limit about how much at most
     * @return how much was removed
     */
    default int remove(Due due, int limit) {
        return 0;
    }
}
