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
 * What earlier recipients were told of a withdrawal, a correction or a restriction, and which of them confirmed it. Whom to tell comes
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
        /** The partner refused to act on it, on a legal ground. */
        REFUSED,
        /** Its last try failed; it waits for an operator. */
        PARKED,
        /** An operator gave it up. */
        DROPPED,
        /**
         * Something newer made it void before it was answered: the removal of the person, the opposite of a restriction or
         * its end, or a consent to what was withdrawn.
         */
        SUPERSEDED
    }

    /** Why a partner may keep what it was told to remove (GDPR Article 17(3)). */
    enum Exemption {
        /** A law demands that it keeps the data. */
        LEGAL_OBLIGATION,
        /** It needs the data for legal claims. */
        LEGAL_CLAIMS,
        /** Public health. */
        PUBLIC_HEALTH,
        /** Archives, research or statistics in the public interest. */
        ARCHIVES_AND_RESEARCH,
        /** Freedom of expression and information. */
        EXPRESSION
    }

    /** How an earlier recipient answered the removal of a person. */
    enum Answer {
        /** It confirmed everything that it was told. */
        CONFIRMED,
        /** It refused something on a legal ground, and confirmed the rest. */
        REFUSED,
        /** It was told and has not answered everything. */
        AWAITED,
        /** It received something, and no notice tells it of the removal. */
        UNTOLD
    }

    /**
     * How a partner was told, over all of its notices that count.
     *
     * @param protocol the name of its connector; empty for a partner that is not known any more
     * @param told when its system took the first of them
     * @param awaitedSince when the oldest of them that it did not answer was written
     * @param silentSince since when it has been silent about what it was told or could not be told; empty when everything
     *     is answered or being sent
     * @param parked how many could not be delivered
     * @param reminders of the one of which it was reminded most often
     * @param escalated whether reminders were in vain
     */
    record Contact(
            String protocol,
            Optional<Instant> told,
            Optional<Instant> awaitedSince,
            Optional<Instant> silentSince,
            int parked,
            int reminders,
            boolean escalated) {
        /** Nothing was written to it. */
        public static final Contact NONE =
                new Contact("", Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, false);
    }

    /**
     * A partner to whom something about a person left or may have left.
     *
     * @param disclosures how many
     * @param answered when it gave its last answer; empty while it has not answered everything
     * @param ground why it refused
     * @param overdue whether a notice is past the time by which it was to be answered
     * @param contact how it was told
     */
    record Recipient(
            String partner,
            Answer answer,
            int disclosures,
            Optional<Instant> answered,
            Optional<Exemption> ground,
            boolean overdue,
            Contact contact) {
        /** One of whom it is not said how it was told. */
        public Recipient(
                String partner,
                Answer answer,
                int disclosures,
                Optional<Instant> answered,
                Optional<Exemption> ground,
                boolean overdue) {
            this(partner, answer, disclosures, answered, ground, overdue, Contact.NONE);
        }

        /** Whether nothing is awaited from it any more. */
        public boolean settled() {
            return answer == Answer.CONFIRMED || answer == Answer.REFUSED;
        }
    }

    /**
     * How long a partner has been silent about a notice, and what was done about it.
     *
     * @param since when its system took the notice last, the last try failed, or it was queued; empty while the notice is
     *     being sent and once it is answered or given up
     * @param reminders how often it was queued again because of that, under the same identifier
     * @param escalated whether it was recorded that reminders were in vain
     */
    record Silence(Optional<Instant> since, int reminders, boolean escalated) {
        /** Nothing to remind of. */
        public static final Silence NONE = new Silence(Optional.empty(), 0, false);
    }

    /**
     * A notice to one partner about data of one person that it received earlier. It holds no value of a field.
     *
     * @param kind what it tells, never a disclosure
     * @param disclosures those it is about; at least one
     * @param fields the names of the fields that were withdrawn, changed or restricted
     * @param attempts how often sending began
     * @param answer the partner's last status code
     * @param due when the partner must have confirmed it, by the policy
     * @param legallyDue ten business days after its creation, Monday to Friday in UTC with no regard to holidays, at the
     *     end of the day (15 U.S.C. 7704(a)(4))
     * @param delivered when the partner's system took it for the first time
     * @param confirmed when the confirmation, or the refusal, was recorded
     * @param channel how the confirmation came: {@code partner} when the partner's own credential gave it; empty
     *     without one
     * @param overdue whether it was recorded that {@code due} passed without a confirmation
     * @param ground why the partner refused; empty where it did not
     * @param silence since when the partner has been silent, and how often it was reminded
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
            boolean overdue,
            Optional<Exemption> ground,
            Silence silence) {
        /** Keeps immutable copies. */
        public Notice {
            disclosures = Set.copyOf(disclosures);
            fields = Set.copyOf(fields);
        }

        /** A notice of which nobody was reminded. */
        public Notice(
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
                boolean overdue,
                Optional<Exemption> ground) {
            this(
                    id,
                    tenant,
                    subject,
                    partner,
                    kind,
                    disclosures,
                    fields,
                    state,
                    attempts,
                    answer,
                    created,
                    due,
                    legallyDue,
                    delivered,
                    confirmed,
                    channel,
                    overdue,
                    ground,
                    Silence.NONE);
        }

        /** A notice that was not refused. */
        public Notice(
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
            this(
                    id,
                    tenant,
                    subject,
                    partner,
                    kind,
                    disclosures,
                    fields,
                    state,
                    attempts,
                    answer,
                    created,
                    due,
                    legallyDue,
                    delivered,
                    confirmed,
                    channel,
                    overdue,
                    Optional.empty());
        }

        /** Whether the partner answered it. */
        public boolean answered() {
            return state == State.CONFIRMED || state == State.REFUSED;
        }

        /** Whether nothing is awaited from the partner any more. */
        public boolean settled() {
            return answered() || state == State.SUPERSEDED;
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

    /**
     * Records that the partner keeps what it has on a legal ground; that is an answer, and the notice is not sent again.
     * Once it is answered this changes nothing. Roles: the partner it is addressed to, on its own behalf.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}, for another partner's notice too, or {@code CONFLICT}
     *     for one that was never sent
     */
    Notice refuse(Caller caller, UUID id, Exemption ground);

    /**
     * Records the same by hand. Roles: officer.
     *
     * @param channel how the partner said so, such as {@code letter}
     */
    Notice refuse(Caller caller, UUID id, Exemption ground, String channel);

    /**
     * Every partner to whom something about a removed person left or may have left, by the ledger of disclosures, in the
     * order of their names. Roles: operator, officer, auditor.
     */
    List<Recipient> recipients(Caller caller, SubjectId subject);

    /**
     * Every partner that was told of a change of a person by notices of one kind, written from one instant to another and
     * not superseded since, in the order of their names; {@code disclosures} counts those that the notices are about. Roles: operator, officer,
     * auditor.
     *
     * @param until inclusive
     */
    List<Recipient> told(Caller caller, SubjectId subject, Outbox.Kind kind, Instant from, Instant until);

    /**
     * Every partner that was told of a restriction of a person or of its end, in the order of their names: how it stands to
     * the last of it, whenever that was. Roles: operator, officer, auditor.
     */
    List<Recipient> restricted(Caller caller, SubjectId subject);

    /**
     * Asks what they hold about a person, for a request of theirs that is verified: every processor that received something
     * about them and whose partner has the setting {@code access} of {@code true}. Asking again for the same request changes
     * nothing. Roles: operator.
     *
     * @param kind one that {@link Outbox.Kind#asks asks}
     */
    void ask(Caller caller, SubjectId subject, Outbox.Kind kind, UUID request);

    /**
     * Those that were asked for a request, in the order of their names. {@code CONFIRMED} says that their part is ready with
     * them. Roles: operator, officer, auditor.
     */
    List<Recipient> asked(Caller caller, SubjectId subject, UUID request);

    /** Asks nobody again who has not answered, as the request is closed. Roles: operator. */
    void endAsking(Caller caller, SubjectId subject, UUID request);

    /** Queues a parked notice again, under the same idempotency key. Roles: operator. */
    Notice retry(Caller caller, UUID id);

    /** Gives a parked notice up. Roles: operator. */
    Notice drop(Caller caller, UUID id);
}
