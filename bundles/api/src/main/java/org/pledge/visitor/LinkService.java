package org.pledge.visitor;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.DataClass;

/**
 * Links devices to people who log in on them. While a link lasts, what is recorded of the device is personal data of
 * that person: sealed under their key, in their access answer, removed with them. Without a link nothing is recorded of
 * a device. Nobody can ask whose a device is. Thread-safe.
 */
public interface LinkService {
    /** How many records one call takes at most. */
    int MOST_RECORDS = 1000;

    /**
     * A device that is linked to a person.
     *
     * @param since when it was linked
     * @param records how many records there are, by category
     * @param promises that make them personal
     */
    record Link(UUID id, SubjectId person, Instant since, Map<String, Long> records, List<String> promises) {
        /** Keeps immutable copies. */
        public Link {
            records = Map.copyOf(records);
            promises = List.copyOf(promises);
        }
    }

    /**
     * Something a device did.
     *
     * @param device the pseudonym of the device: 8 to 128 printable characters without spaces
     * @param category one of the policy's, pseudonymous or anonymous, that leaves after a period
     * @param at when; at most two hours ago
     * @param value such as the address of a page; 1 to 2048 characters
     */
    record Seen(String device, String category, Instant at, String value) {
        @Override
        public String toString() {
            return "Seen[" + category + "]";
        }
    }

    /** What is recorded of a person's devices, opened. */
    record Recorded(UUID link, String category, Instant at, String value) {
        @Override
        public String toString() {
            return "Recorded[" + category + "]";
        }
    }

    /**
     * Links a device to a person who logged in on it; repeating it is harmless. Roles: operator, integrator.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED} when no promise of the policy says what a link means;
     *     {@code NOT_FOUND} when there is no such person; {@code CONFLICT} when the device is linked to somebody else;
     *     {@code INVALID} when the device's pseudonym has another form
     */
    Link link(Caller caller, SubjectId person, String device);

    /** The devices linked to a person, the oldest link first. Roles: operator, officer, auditor. */
    List<Link> links(Caller caller, SubjectId person);

    /**
     * Ends a link and removes what was recorded under it; the device is nobody's again. Roles: operator, integrator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the person has no such link, {@code CONFLICT}
     *     when a legal hold keeps what was recorded under it
     */
    void unlink(Caller caller, SubjectId person, UUID link);

    /**
     * Records what linked devices did, all of it or nothing. What comes of other devices is forgotten at once; the
     * caller is not told which those are. Roles: operator, integrator.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED} as {@link #link}; {@code INVALID} when a record has
     *     another form
     */
    void record(Caller caller, List<Seen> seen);

    /**
     * A page of what is recorded about a person, the oldest day first; for answers to the person.
     *
     * @param after how many were read before
     */
    List<Recorded> recorded(TenantId tenant, SubjectId person, int after, int limit);

    /** The class that data of a category has about a person: personal while there are records under a link. */
    DataClass classOf(TenantId tenant, SubjectId person, String category);
}
