package org.pledge.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Ground;

/**
 * Legal holds: what is held is not removed, each for one kind of data, on a ground, for a case and until an end.
 *
 * <p>A hold works from the moment it is placed, since evidence cannot wait, and lapses after {@link #PROVISIONAL}
 * unless a second person approves it. Two people release one before its end. Thread-safe.
 */
public interface HoldService {
    /** How long one person alone can hold something. */
    Duration PROVISIONAL = Duration.ofHours(72);

    /** How long a hold can be; a longer case places another one. */
    Duration LONGEST = Duration.ofDays(366);

    /** How many people a hold needs for longer than {@link #PROVISIONAL}, and for its release. */
    int PEOPLE = 2;

    /**
     * A hold.
     *
     * @param category the kind of data it keeps
     * @param subject whose; empty for everybody's
     * @param reference of the order or file: 1 to 64 letters, digits and {@code . / - _}; no personal data
     * @param expires when it ends by itself
     * @param approvals the holders of the credentials that want it, the one who placed it among them
     * @param releases the holders of the credentials that want it released
     * @param released when it was released
     */
    record Hold(
            UUID id,
            TenantId tenant,
            String category,
            Optional<SubjectId> subject,
            Ground ground,
            String reference,
            Instant placed,
            Instant expires,
            Set<String> approvals,
            Set<String> releases,
            Optional<Instant> released) {
        /** Keeps immutable copies. */
        public Hold {
            approvals = Set.copyOf(approvals);
            releases = Set.copyOf(releases);
        }

        /** When it ends: at its release, else at its end, and sooner while one person alone wants it. */
        public Instant ends() {
            Instant lapses = placed.plus(PROVISIONAL);
            Instant end = approvals.size() >= PEOPLE || lapses.isAfter(expires) ? expires : lapses;
            return released.filter(at -> at.isBefore(end)).orElse(end);
        }

        /** Whether it holds at this moment; a clock that was set back never ends one early. */
        public boolean inForce(Instant now) {
            return released.isEmpty() && now.isBefore(ends());
        }
    }

    /**
     * Places a hold. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the policy has no such category, the reference
     *     has another form, the end is not in the future or later than {@link #LONGEST}, or the caller's holder is no
     *     staff id
     */
    Hold place(
            Caller caller,
            String category,
            Optional<SubjectId> subject,
            Ground ground,
            String reference,
            Instant expires);

    /**
     * Approves a hold as the second person. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}; {@code CONFLICT} when the hold has ended or the
     *     caller's holder wants it already
     */
    Hold approve(Caller caller, UUID id);

    /**
     * Asks for the release of a hold, or as the second person releases it. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}; {@code CONFLICT} when the hold has ended or the
     *     caller's holder has asked already
     */
    Hold release(Caller caller, UUID id);

    /** A tenant's holds, ended ones too, newest first. Roles: officer, auditor. */
    List<Hold> list(Caller caller);

    /** The holds in force that keep data of a person, those for everybody among them; for other bundles. */
    List<Hold> inForce(TenantId tenant, SubjectId subject);
}
