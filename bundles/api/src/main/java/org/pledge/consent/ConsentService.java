package org.pledge.consent;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Evidence;

/**
 * What people agreed to, per purpose, recipient and category. The history is append-only. When a method returns, the
 * change is durable and every decision on this machine takes it into account. Thread-safe.
 */
public interface ConsentService {
    /** How consent was expressed; a weaker kind never counts where a stronger one is asked. */
    enum Level {
        /** By using the service. */
        IMPLIED,
        /** By an unambiguous act of the person (GDPR Article 4(11)). */
        OPT_IN
    }

    /**
     * What the person was shown.
     *
     * @param channel where it happened, such as {@code web} or {@code phone}
     * @param version the version of the wording, such as {@code newsletter-3}
     * @param sha256 of the wording, 64 hexadecimal digits
     */
    record Wording(String channel, String version, String sha256) {}

    /**
     * A consent.
     *
     * @param recipient a partner's name
     * @param categories at least one
     * @param expires when it ends by itself
     */
    record Grant(
            String purpose,
            String recipient,
            Set<String> categories,
            Level level,
            Optional<Instant> expires,
            Wording wording) {
        /** Keeps an immutable copy. */
        public Grant {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * What is withdrawn; what is left empty is meant entirely, so that an empty scope withdraws everything.
     *
     * @param channel where the person said so
     */
    record Withdrawal(Optional<String> purpose, Optional<String> recipient, Set<String> categories, String channel) {
        /** Keeps an immutable copy. */
        public Withdrawal {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * Proof of a change for the person.
     *
     * @param id of the change
     * @param epoch counts the changes of this person, from 1
     * @param cancelled how many queued disclosures were stopped
     * @param inDoubt disclosures that may already have left when the change was made
     * @param told the notices that were queued for earlier recipients
     */
    record Receipt(
            UUID id,
            TenantId tenant,
            SubjectId subject,
            Kind kind,
            Instant at,
            long epoch,
            int cancelled,
            List<InDoubt> inDoubt,
            List<Told> told) {
        /** Keeps immutable copies. */
        public Receipt {
            inDoubt = List.copyOf(inDoubt);
            told = List.copyOf(told);
        }

        /** A receipt of a change that no earlier recipient is told of. */
        public Receipt(
                UUID id,
                TenantId tenant,
                SubjectId subject,
                Kind kind,
                Instant at,
                long epoch,
                int cancelled,
                List<InDoubt> inDoubt) {
            this(id, tenant, subject, kind, at, epoch, cancelled, inDoubt, List.of());
        }
    }

    /**
     * Who agrees for a child (GDPR Article 8(1)).
     *
     * @param guardian a person of the same tenant who is of age
     * @param evidence by what somebody found that they are the child's guardian; it is not kept itself
     * @param purposes at least one of the policy's
     */
    record Guardian(SubjectId guardian, Evidence evidence, Set<String> purposes) {
        /** Keeps an immutable copy. */
        public Guardian {
            purposes = Set.copyOf(purposes);
        }
    }

    /**
     * A guardian's authorisation of one purpose for a child.
     *
     * @param givenBy the credential that recorded it
     * @param until when the child may consent without a guardian; it leaves then
     */
    record Authorisation(
            TenantId tenant,
            SubjectId child,
            String purpose,
            SubjectId guardian,
            Evidence evidence,
            Instant given,
            String givenBy,
            Instant until,
            Optional<Instant> withdrawn) {
        /** Whether the child's consent for the purpose counts. */
        public boolean stands(Instant now) {
            return state(now) == AuthorisationState.STANDING;
        }

        /** What has become of it. */
        public AuthorisationState state(Instant now) {
            if (withdrawn.isPresent()) {
                return AuthorisationState.WITHDRAWN;
            }
            return until.isAfter(now) ? AuthorisationState.STANDING : AuthorisationState.ENDED;
        }
    }

    /** What can become of an authorisation. */
    enum AuthorisationState {
        /** The child's consent for the purpose counts. */
        STANDING,
        /** The guardian or the child took it back. */
        WITHDRAWN,
        /** The child may consent without a guardian. */
        ENDED
    }

    /** A disclosure that may already have left. */
    record InDoubt(UUID disclosure, String partner) {}

    /** A notice that tells an earlier recipient of the change. */
    record Told(UUID notice, String partner) {}

    /**
     * A standing objection.
     *
     * @param purpose empty for everything
     * @param channel where the person said so
     */
    record Objection(Optional<String> purpose, Instant since, String channel) {}

    /** What can happen to consent. */
    enum Kind {
        /** Consent was given. */
        GRANTED,
        /** Consent was withdrawn. */
        WITHDRAWN,
        /** A policy version was accepted. */
        ACCEPTED,
        /** An inquiry of the person was opened, and none was open before. */
        INQUIRY_OPENED,
        /** The last open inquiry of the person was closed. */
        INQUIRY_CLOSED,
        /** The person objected to a purpose, or to everything that neither a contract nor a law needs. */
        OBJECTED,
        /** An objection was taken back. */
        OBJECTION_LIFTED,
        /** The person's data is kept without being used. */
        RESTRICTED,
        /** The person's data may be used again. */
        RESTRICTION_LIFTED,
        /** The person was removed, and everything they agreed to with them. */
        REMOVED
    }

    /**
     * One line of a person's history.
     *
     * @param sequence ascending over all people, in the order in which the store numbered them
     * @param epoch counts the changes of this person, from 1
     * @param purpose empty when all are meant
     * @param recipient empty when all are meant
     * @param categories empty when all are meant
     * @param level for a grant or an acceptance
     * @param policyVersion the version accepted, or the one in force at the time
     * @param jurisdiction of the person, for an acceptance; otherwise empty
     * @param actor the credential that recorded it
     */
    record Event(
            long sequence,
            UUID id,
            TenantId tenant,
            SubjectId subject,
            Kind kind,
            Instant at,
            long epoch,
            String purpose,
            String recipient,
            Set<String> categories,
            Optional<Level> level,
            Optional<Instant> expires,
            int policyVersion,
            String jurisdiction,
            Wording wording,
            String actor) {
        /** Keeps an immutable copy. */
        public Event {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * Records consent. A child's takes a guardian's authorisation of the purpose, and ends with it.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant does not know that person, {@code
     *     DENIED} when they are a child and no such authorisation stands
     */
    Receipt grant(Caller caller, SubjectId subject, Grant grant);

    /**
     * Records a withdrawal; from its return on nothing that it covers begins to leave.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant does not know that person
     */
    Receipt withdraw(Caller caller, SubjectId subject, Withdrawal withdrawal);

    /**
     * Records a lasting objection (GDPR Article 21): consent for the purpose is withdrawn, and from the return on every
     * purpose that rests on consent or a legitimate interest is denied, whatever is granted later, until it is lifted.
     * What a contract or a law needs goes on. A second objection to the same changes nothing but withdraws again.
     *
     * @param purpose one of the policy's; empty for everything
     * @param channel where the person said so
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant does not know that person
     */
    Receipt object(Caller caller, SubjectId subject, Optional<String> purpose, String channel);

    /** Takes an objection back; consent that it ended has to be given anew. */
    Receipt liftObjection(Caller caller, SubjectId subject, Optional<String> purpose, String channel);

    /**
     * To what the person objects now, the longest standing first.
     *
     * @throws org.pledge.PledgeException as for {@link #history}
     */
    default List<Objection> objections(Caller caller, SubjectId subject) {
        Map<String, Objection> standing = new LinkedHashMap<>();
        for (Event event : history(caller, subject)) {
            switch (event.kind()) {
                case OBJECTED ->
                    standing.putIfAbsent(
                            event.purpose(),
                            new Objection(
                                    Optional.of(event.purpose()).filter(one -> !one.isEmpty()),
                                    event.at(),
                                    event.wording().channel()));
                case OBJECTION_LIFTED -> standing.remove(event.purpose());
                case REMOVED -> standing.clear();
                default -> {}
            }
        }
        return List.copyOf(standing.values());
    }

    /**
     * Records that a policy version was accepted; decisions about the person use this version from then on. Accepting
     * the same version again, for the same jurisdiction and no more expressly, changes nothing and returns the receipt
     * of the first time.
     *
     * @param version of the tenant's policy
     * @param jurisdiction where the person lives, as ISO 3166-1 or 3166-2 code
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the person accepted a later version, {@code
     *     NOT_FOUND} when the tenant does not know that person
     */
    Receipt accept(Caller caller, SubjectId subject, int version, Level level, String jurisdiction, Wording wording);

    /**
     * Records that a guardian agrees to the registration of a child, and to purposes; joins the transaction that
     * registers the child. Only the subject bundle calls it. Roles: operator.
     *
     * @param until when the child may consent without a guardian
     * @throws org.pledge.PledgeException as for {@link #authorise}
     */
    List<Authorisation> register(Caller caller, SubjectId child, Instant until, Guardian guardian);

    /**
     * Records that a guardian authorises purposes for a child. While an authorisation stands the child's consent for its
     * purpose counts; it ends by itself, and the consent with it, once the child may consent alone. Another one for the
     * same purpose takes its place. Roles: operator.
     *
     * @return what was recorded, by purpose
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for somebody who is on record as no child, or is the
     *     child or another one themselves, {@code NOT_FOUND} when the tenant does not know one of the two
     */
    List<Authorisation> authorise(Caller caller, SubjectId child, Guardian guardian);

    /**
     * Records that the guardian or the child takes an authorisation back; the child's consent is withdrawn with it, as
     * by {@link #withdraw}. Roles: operator.
     *
     * @param purpose empty for every purpose
     * @param channel where they said so
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when no such authorisation stands
     */
    Receipt withdrawAuthorisation(Caller caller, SubjectId child, Optional<String> purpose, String channel);

    /**
     * What guardians authorised for a child, by purpose, with what was taken back; empty for everybody else. Roles:
     * operator, officer, auditor.
     */
    List<Authorisation> authorisations(Caller caller, SubjectId child);

    /**
     * What a guardian authorised, by child and purpose, with what was taken back; empty for everybody else. Roles:
     * operator, officer, auditor.
     */
    List<Authorisation> authorisedBy(Caller caller, SubjectId guardian);

    /** The person's history, oldest first. */
    List<Event> history(Caller caller, SubjectId subject);

    /**
     * A part of the person's history, oldest first.
     *
     * @param after the last event of the part before; empty for the first part
     * @param limit 1 to 1 000
     */
    default List<Event> history(Caller caller, SubjectId subject, Optional<Event> after, int limit) {
        return history(caller, subject).stream()
                .filter(event ->
                        after.isEmpty() || event.sequence() > after.get().sequence())
                .limit(limit)
                .toList();
    }

    /** Whether the person has yet to accept the tenant's policy in force because of a material change. */
    boolean acceptanceDue(Caller caller, SubjectId subject);
}
