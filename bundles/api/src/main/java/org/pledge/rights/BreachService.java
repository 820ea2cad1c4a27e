package org.pledge.rights;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Breaches of personal data at recipients: what happened, by when the authority has to know (GDPR Article 33), who is
 * affected by the record of disclosures, and telling them (Article 34). Each step is recorded in its own transaction and
 * durable when the method returns. Thread-safe.
 */
public interface BreachService {
    /** Where a case stands. */
    enum State {
        /** Somebody reported it. */
        REPORTED,
        /** An officer looks into it. */
        INVESTIGATING,
        /** The supervisory authority was notified. */
        NOTIFIED_AUTHORITY,
        /** Everything was done. */
        CLOSED,
        /** There was nothing to do. */
        DISMISSED;

        /** Whether nothing follows it. */
        public boolean ended() {
            return this == CLOSED || this == DISMISSED;
        }

        /** Whether the authority need not be notified any more. */
        public boolean settled() {
            return ended() || this == NOTIFIED_AUTHORITY;
        }
    }

    /** Why a case goes on as it does. */
    enum Reason {
        /** It has to be found out what happened. */
        UNCLEAR,
        /** It is likely that people are at risk. */
        RISK,
        /** A risk for anybody is unlikely (GDPR Article 33(1)). */
        NO_RISK,
        /** No personal data was affected. */
        NO_PERSONAL_DATA,
        /** It is known already. */
        DUPLICATE,
        /** What was to be done was done. */
        REMEDIED
    }

    /**
     * What was affected.
     *
     * @param partner at whom it happened
     * @param from when it began to be possible
     * @param until when it ended, or the report where it has not
     * @param categories the kinds of data
     * @param discovered when it became known to us
     */
    record NewBreach(String partner, Instant from, Instant until, Set<String> categories, Instant discovered) {
        /** Keeps an immutable copy. */
        public NewBreach {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * One case.
     *
     * @param reportedBy the credential that reported it
     * @param law whose clock ends first, as the file of clocks calls it
     * @param notifyBy when the time to notify the authority is over
     * @param reason of the last step; empty before the first
     * @param changed when it last went on
     * @param overdue whether it was recorded that the authority was not notified in time
     */
    record Breach(
            UUID id,
            TenantId tenant,
            NewBreach what,
            Instant reported,
            String reportedBy,
            State state,
            Optional<Reason> reason,
            Instant changed,
            String law,
            Instant notifyBy,
            boolean overdue) {}

    /**
     * What became of some notices.
     *
     * @param told for how many a message was queued
     * @param unreached how many cannot be told by message
     * @param next from where to go on; empty when everybody was tried
     */
    record Notified(int told, int unreached, Optional<String> next) {}

    /**
     * Reports a breach. Roles: operator, officer.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the partner or a category is not known, or the times
     *     do not follow each other
     */
    Breach report(Caller caller, NewBreach breach);

    /**
     * One case. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Breach breach(Caller caller, UUID id);

    /**
     * The cases of a tenant that have not ended, or all, the next deadline first. Roles: operator, officer, auditor.
     *
     * @param limit 1 to 1 000
     */
    List<Breach> breaches(Caller caller, boolean ended, int limit);

    /**
     * Takes a case on. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when that state does not follow
     */
    Breach move(Caller caller, UUID id, State to, Reason reason);

    /** How many people are affected. Roles: operator, officer, auditor. */
    long affectedCount(Caller caller, UUID id);

    /** The people of whom any of the categories left for the partner before the end, in the order of their identifiers. */
    Page<SubjectId> affected(Caller caller, UUID id, Optional<String> cursor, int limit);

    /**
     * Tells some of the affected people by message, each once. Must not be called inside a transaction. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the tenant has no template for it, or the case is
     *     dismissed
     */
    Notified tell(Caller caller, UUID id, Optional<String> cursor, int limit);
}
