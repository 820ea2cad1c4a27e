package org.pledge.ownership;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/**
 * Transfers of data with a change of ownership. There are none but under a policy that announced them, to a successor
 * who is bound by that very policy, after people were told and had time to object, and on the word of two officers.
 * What goes passes the gate like every other disclosure, for the purpose {@value #PURPOSE}. Thread-safe.
 */
public interface OwnershipService {
    /** The purpose of every disclosure of a transfer; nobody discloses for it otherwise. */
    String PURPOSE = "ownership-transfer";

    /** The control of the promise that announces it; its parameter {@code notice} is the least time to object. */
    String CONTROL = "ownership-transfer";

    /** How long people have to object where the policy does not say. */
    Period USUAL_NOTICE = Period.ofDays(30);

    /** How many officers approve. */
    int APPROVERS = 2;

    /** The most people that one call of {@link #run} takes, and one page of {@link #objections} holds. */
    int MOST = 500;

    /** Where a transfer stands. */
    enum State {
        /** Waits for approvals, or for the last day on which people can object. */
        OPEN,
        /** Disclosures are being made. */
        RUNNING,
        /** Everybody was looked at. */
        DONE,
        /** It was given up. */
        CANCELLED
    }

    /**
     * What is to be transferred.
     *
     * @param successor the name of the partner
     * @param categories at least one
     * @param tier only people with an account of this tier; everybody when empty
     * @param notice the day on which people are told, today or later (UTC)
     * @param objections the last day on which they can object
     */
    record Scope(
            String successor, Set<String> categories, Optional<String> tier, LocalDate notice, LocalDate objections) {
        /** Keeps an immutable copy. */
        public Scope {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * A transfer.
     *
     * @param policyVersion in force when it was opened
     * @param approvals the holders of the credentials that approved
     * @param cursor the last account that was looked at
     * @param closed when it was done or cancelled
     */
    record Transfer(
            UUID id,
            TenantId tenant,
            Scope scope,
            int policyVersion,
            Instant opened,
            State state,
            Set<String> approvals,
            Optional<SubjectId> cursor,
            Optional<Instant> closed) {
        /** Keeps an immutable copy. */
        public Transfer {
            approvals = Set.copyOf(approvals);
        }
    }

    /** What became of somebody. */
    enum Result {
        /** A disclosure was queued; it is the person's receipt. */
        DISCLOSED,
        /** The gate refused it. */
        REFUSED,
        /** The person objected. */
        EXCLUDED,
        /** The person was not told ({@link OwnershipNotices}), so nothing goes. */
        UNTOLD
    }

    /**
     * How many people there are of each kind.
     *
     * @param untold left out because nobody told them
     */
    record Counts(long objections, long disclosed, long refused, long excluded, long untold) {}

    /** Somebody's objection. */
    record Objection(SubjectId subject, Instant at) {}

    /**
     * What a call of {@link #run} did.
     *
     * @param untold left out because nobody told them
     * @param more whether somebody is left
     */
    record Progress(int disclosed, int refused, int excluded, int untold, boolean more) {}

    /** The least time that people have to object: what the promise that announces transfers says, else the usual one. */
    static Period leastNotice(Policy policy) {
        return policy.promises().stream()
                .filter(promise -> promise.control().equals(CONTROL))
                .flatMap(promise -> Optional.ofNullable(promise.parameters().get("notice")).stream())
                .findFirst()
                .map(OwnershipService::period)
                .orElse(USUAL_NOTICE);
    }

    private static Period period(String text) {
        try {
            return Period.parse(text);
        } catch (DateTimeException e) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the policy's time to object cannot be read")
                    .remedy("Write notice as an ISO 8601 period such as P30D.");
        }
    }

    /**
     * The last day on which people can object: that of the scope, or the whole least time after somebody was told later
     * than planned (UTC).
     */
    static LocalDate lastDay(Policy policy, Scope scope, Instant told) {
        LocalDate least = LocalDate.ofInstant(told, ZoneOffset.UTC).plus(leastNotice(policy));
        return least.isAfter(scope.objections()) ? least : scope.objections();
    }

    /**
     * Opens a transfer. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED}, with promises, when the policy in force does not announce
     *     such transfers; {@code INVALID} when the scope breaks a rule; {@code CONFLICT} when the successor is not bound by
     *     the policy: its agreement has no valid attestation of the pack's digest
     */
    Transfer open(Caller caller, Scope scope);

    /**
     * Approves a transfer; {@value #APPROVERS} people have to. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the same holder approved already, or it is closed
     */
    Transfer approve(Caller caller, UUID id);

    /**
     * Records that somebody objects; they are left out. Objecting again changes nothing. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when there is no such transfer or person, {@code
     *     CONFLICT} when their data went already or the transfer is closed
     */
    Objection object(Caller caller, UUID id, SubjectId subject);

    /**
     * Who objected, in a stable order. Roles: operator, officer, auditor.
     *
     * @param limit 1 to {@value #MOST}
     */
    Page<Objection> objections(Caller caller, UUID id, Optional<String> cursor, int limit);

    /**
     * Discloses the data of the next people, account by account; call it until nobody is left. Everything that was
     * looked at when it was opened is looked at again. Who was not told ({@link OwnershipNotices}) is left out. Roles:
     * operator.
     *
     * @param limit how many accounts at most, 1 to {@value #MOST}
     * @throws org.pledge.PledgeException as for {@link #open}; of kind {@code CONFLICT} when approvals are missing, nobody
     *     was told, people can still object, or the transfer is closed
     */
    Progress run(Caller caller, UUID id, int limit);

    /** Gives a transfer up; what was queued stays. Roles: officer. */
    Transfer cancel(Caller caller, UUID id);

    /** The tenant's transfers, newest first. Roles: operator, officer, auditor. */
    List<Transfer> transfers(Caller caller);

    /** One transfer. Roles: operator, officer, auditor. */
    Transfer transfer(Caller caller, UUID id);

    /** How many objected, and what became of people. Roles: operator, officer, auditor. */
    Counts counts(Caller caller, UUID id);
}
