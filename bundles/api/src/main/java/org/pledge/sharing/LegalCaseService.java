package org.pledge.sharing;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Ground;

/** Cases in which data is disclosed without consent: each has a ground, a scope, an end, and two approvers. */
public interface LegalCaseService {
    /** Where a case stands. */
    enum State {
        /** Waits for approvals, for the first time or after an exception was recorded. */
        OPEN,
        /** Two people approved it. */
        APPROVED,
        /** It was closed. */
        CLOSED
    }

    /**
     * A case.
     *
     * @param reference of the order or file: 1 to 64 letters, digits and {@code . / - _}; no personal data
     * @param partner who receives the data
     * @param subjects whom it concerns; at least one
     * @param fields which categories it covers
     * @param approvals the holders of the credentials that approved it since its last exception was recorded
     * @param exceptions the promises an exception was recorded for
     */
    record LegalCase(
            UUID id,
            TenantId tenant,
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant opened,
            Instant expires,
            String openedBy,
            Set<String> approvals,
            Set<String> exceptions,
            State state) {
        /** Keeps immutable copies. */
        public LegalCase {
            subjects = Set.copyOf(subjects);
            fields = Set.copyOf(fields);
            approvals = Set.copyOf(approvals);
            exceptions = Set.copyOf(exceptions);
        }
    }

    /** Opens a case; whoever opens it may be one of its two approvers. Roles: officer. */
    LegalCase open(
            Caller caller,
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant expires);

    /**
     * Approves a case; the second approval, by another holder, makes it valid. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the caller's holder is no staff id, {@code
     *     CONFLICT} when it approved before
     */
    LegalCase approve(Caller caller, UUID id);

    /**
     * Records counsel's exception to a named promise for this case alone. The case is open again and loses its
     * approvals, so that two people approve what is really released; an exception that is recorded already changes
     * nothing. Roles: officer.
     */
    LegalCase except(Caller caller, UUID id, String promise);

    /** Closes a case. Roles: officer. */
    LegalCase close(Caller caller, UUID id);

    /**
     * One case. Roles: officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    LegalCase find(Caller caller, UUID id);

    /** A tenant's cases, newest first. Roles: officer, auditor. */
    List<LegalCase> list(Caller caller);
}
