package org.pledge.sharing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * What earlier recipients were told of a withdrawal or a correction, and which of them confirmed it. Whom to tell comes
 * from the accounting of disclosures, and a notice is written in the transaction of the change it tells of. Thread-safe.
 */
public interface NoticeService {
    /** Where a notice stands. */
    enum State {
        /** Waits to be sent, for the first time or again. */
        QUEUED,
        /** Is being sent; it may already have left. */
        SENDING,
        /** The partner's system took it; nobody has confirmed that it was acted on. */
        DELIVERED,
        /** The partner confirmed that it acted on it. */
        CONFIRMED,
        /** Its last try failed; it waits for an operator. */
        PARKED,
        /** An operator gave it up. */
        DROPPED
    }

    /**
     * A notice to one partner about data of one person that it received earlier. It holds no value of a field.
     *
     * @param kind a withdrawal or a correction
     * @param disclosures those it is about; at least one
     * @param fields the names of the fields that were withdrawn or changed
     * @param attempts how often sending began
     * @param answer the partner's last status code
     * @param due when the partner must have confirmed it, by the policy
     * @param legallyDue ten business days after its creation, Monday to Friday in UTC with no regard to holidays, at the
     *     end of the day (15 U.S.C. 7704(a)(4))
     * @param delivered when the partner's system took it
     * @param confirmed when the confirmation was recorded
     * @param channel how the confirmation came: {@code partner} when the partner's own credential gave it; empty
     *     without one
     * @param overdue whether it was recorded that {@code due} passed without a confirmation
     */
    record Notice(
            UUID id,
            TenantId tenant,
            SubjectId subject,
            String partner,
            Outbox.Kind kind,
            Set<UUID> disclosures,
            Set<String> fields,
            State state,
            int attempts,
            OptionalInt answer,
            Instant created,
            Instant due,
            Instant legallyDue,
            Optional<Instant> delivered,
            Optional<Instant> confirmed,
            Optional<String> channel,
            boolean overdue) {
        /** Keeps immutable copies. */
        public Notice {
            disclosures = Set.copyOf(disclosures);
            fields = Set.copyOf(fields);
        }
    }

    /**
     * One notice. Roles: operator, officer, auditor, or the partner it is addressed to.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Notice notice(Caller caller, UUID id);

    /** The notices about a person, newest first. Roles: operator, officer, auditor. */
    Page<Notice> ofSubject(Caller caller, SubjectId subject, Optional<String> cursor, int limit);

    /** Notices of a tenant in one state, oldest first. Roles: operator, officer, auditor. */
    Page<Notice> inState(Caller caller, State state, Optional<String> cursor, int limit);

    /** The first page of {@link #inState(Caller, State, Optional, int)}. */
    default List<Notice> inState(Caller caller, State state, int limit) {
        return inState(caller, state, Optional.empty(), limit).items();
    }

    /** Notices of a tenant that are due and not confirmed, the longest overdue first. Roles: operator, officer, auditor. */
    List<Notice> overdue(Caller caller, int limit);

    /**
     * Records that the partner confirmed a notice, on its own behalf. Once it is confirmed this changes nothing. Roles:
     * the partner it is addressed to.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}, for another partner's notice too, or {@code CONFLICT}
     *     for one that was never sent
     */
    Notice acknowledge(Caller caller, UUID id);

    /**
     * Records by hand that the partner confirmed a notice; it is then not sent again. Once it is confirmed this changes
     * nothing. Roles: operator.
     *
     * @param channel how the partner confirmed it, such as {@code phone} or {@code letter}
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} or {@code INVALID}
     */
    Notice acknowledge(Caller caller, UUID id, String channel);

    /** Queues a parked notice again, under the same idempotency key. Roles: operator. */
    Notice retry(Caller caller, UUID id);

    /** Gives a parked notice up. Roles: operator. */
    Notice drop(Caller caller, UUID id);
}
