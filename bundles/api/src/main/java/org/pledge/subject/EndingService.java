package org.pledge.subject;

import java.util.List;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;

/**
 * Takes reports of events with which purposes end, such as an order that was fulfilled. What is held about the person
 * for these purposes alone is removed at once. Thread-safe.
 */
public interface EndingService {
    /**
     * What an event ended.
     *
     * @param event as it was reported
     * @param removed the fields that are gone; empty when there were none
     * @param kept the fields that a legal hold keeps, without use; each leaves by itself when the hold ends
     */
    record Ended(String event, Set<String> removed, List<RemovalCheck.Kept> kept) {
        /** Keeps immutable copies. */
        public Ended {
            removed = Set.copyOf(removed);
            kept = List.copyOf(kept);
        }
    }

    /**
     * Reports an event about a person. It can be repeated. Roles: operator, integrator.
     *
     * @param event as the policy names it in a purpose, without {@code until}
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when there is no such person; {@code INVALID} when
     *     no field of the policy ends with such an event
     */
    Ended report(Caller caller, SubjectId person, String event);

    /** The events that can be reported under the policy in force. Roles: operator, integrator. */
    Set<String> events(Caller caller);
}
