package org.pledge.rights;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.subject.RemovalCheck.Kept;

/**
 * Requests of people under their rights, from their arrival to their end, and the clocks that they run under.
 *
 * <p>A request is taken for any identifier, and what is answered before it is verified is the same whether or not
 * somebody is behind it. Each step is recorded in its own transaction and durable when the method returns; repeating a
 * step that was made changes nothing. Thread-safe.
 */
public interface RightsService {
    /** What is asked for. */
    enum Type {
        /** What is held about the person (GDPR Article 15). */
        ACCESS,
        /** The same in a form that machines read (GDPR Article 20). */
        PORTABILITY,
        /** Correction (GDPR Article 16). */
        RECTIFICATION,
        /** Removal (GDPR Article 17). */
        ERASURE,
        /** Keeping without using (GDPR Article 18). */
        RESTRICTION,
        /** No more processing for a purpose (GDPR Article 21). */
        OBJECTION,
        /** No more disclosure and promotion, nor what else the policy lets it end (its promises with the control {@code objection}). */
        OPT_OUT,
        /** Who received what. */
        DISCLOSURES,
        /** A complaint to the privacy officer. */
        COMPLAINT,
        /** Removal of a child, asked for by a guardian. */
        CHILD_REMOVAL
    }

    /** Where a request stands. */
    enum State {
        /** It arrived; nobody has begun to verify who asks. */
        RECEIVED,
        /** It is being verified who asks. */
        VERIFYING,
        /** It has to be answered. */
        OPEN,
        /** As open, with the longer period that the person was told of. */
        EXTENDED,
        /** It was answered by doing what was asked. */
        FULFILLED,
        /** It was answered by a refusal with its ground. */
        REFUSED,
        /** The person took it back. */
        WITHDRAWN;

        /** Whether nothing follows it. */
        public boolean closed() {
            return this == FULFILLED || this == REFUSED || this == WITHDRAWN;
        }
    }

    /** How it is verified who asks; a later one is worth more. */
    enum Method {
        /** By nothing: the request needs none. */
        NONE,
        /**
         * By the word of somebody whom the tenant trusts to have verified what the person says of themselves, or who
         * handed them a link of their own.
         */
        TRUSTED_PARTY,
        /** By a code that was sent to the address that is held. */
        MAIL_CODE,
        /** By the person's login, as the tenant's application asserts. */
        ACCOUNT_LOGIN,
        /**
         * For a child: by evidence that who asks is their guardian, as staff assert, or by a code that was sent to the
         * address of a guardian who authorised something for them.
         */
        GUARDIAN
    }

    /** By what somebody showed that they are a child's guardian. */
    enum Evidence {
        /** A signed form. */
        SIGNED_FORM,
        /** A birth certificate with an identity document. */
        BIRTH_CERTIFICATE,
        /** A decision of a court or an authority. */
        OFFICIAL_DECISION,
        /** A payment from an account in the guardian's name (16 CFR 312.5(b)). */
        PAYMENT,
        /** A call with trained staff (16 CFR 312.5(b)). */
        CALL
    }

    /** Why a longer period is needed (GDPR Article 12(3)). */
    enum Reason {
        /** The request is complex. */
        COMPLEXITY,
        /** There are many requests. */
        NUMBER_OF_REQUESTS
    }

    /** Why a request is refused. */
    enum Ground {
        /** It could not be verified who asks. */
        UNVERIFIED,
        /** Manifestly unfounded (GDPR Article 12(5)). */
        UNFOUNDED,
        /** Excessive, above all because it is repeated (GDPR Article 12(5)). */
        EXCESSIVE,
        /** A law demands that the data be kept. */
        LEGAL_OBLIGATION,
        /** The data is needed for legal claims. */
        LEGAL_CLAIMS,
        /** It would harm the rights of others. */
        RIGHTS_OF_OTHERS,
        /** Compelling legitimate grounds that override the person's interests (GDPR Article 21(1)). */
        COMPELLING_GROUNDS
    }

    /** Why an objection does not end a purpose (GDPR Article 21(1)). */
    enum Overriding {
        /** Compelling legitimate grounds that override the person's interests, rights and freedoms. */
        COMPELLING_GROUNDS,
        /** The data is needed for legal claims. */
        LEGAL_CLAIMS
    }

    /**
     * The clocks of one request.
     *
     * @param law whose period ends first, as the file of clocks calls it
     * @param zone in which its days are counted
     * @param acknowledgeBy when the time to confirm the request to the person is over
     * @param acknowledged when that was done
     * @param answerBy when the time to answer is over: the first instant after the last day
     * @param pausedSince since when the clock stands still
     * @param paused for how long it stood still before that
     * @param escalated the deadline that was last recorded as passed
     */
    record Deadlines(
            String law,
            ZoneId zone,
            Optional<Instant> acknowledgeBy,
            Optional<Instant> acknowledged,
            Instant answerBy,
            Optional<Instant> pausedSince,
            Duration paused,
            Optional<Instant> escalated) {
        /** The deadline that ends first of those that something still has to be done about, and nobody was told of. */
        public Instant next() {
            return acknowledgeBy
                    .filter(by -> acknowledged.isEmpty() && by.isBefore(answerBy))
                    .filter(by -> escalated.filter(at -> !at.isBefore(by)).isEmpty())
                    .orElse(answerBy);
        }

        /** The last day on which the answer is in time. */
        public LocalDate lastDay() {
            return answerBy.minusNanos(1).atZone(zone).toLocalDate();
        }
    }

    /**
     * A longer period.
     *
     * @param noticed the day on which the person was told of it
     */
    record Extension(Reason reason, LocalDate noticed) {}

    /**
     * How a request ended.
     *
     * @param by the credential that ended it
     * @param ground of a refusal; empty otherwise
     */
    record Closing(Instant at, String by, Optional<Ground> ground) {}

    /**
     * One request; what the person wrote is not kept here.
     *
     * @param jurisdiction where the person says they live, as ISO 3166-1 or 3166-2 code
     * @param channel where the request came in, such as {@code web} or {@code letter}
     * @param openedBy the credential that recorded it
     * @param verifiedBy how it was verified who asks; empty while it is not
     * @param carriedOut when what was asked was done, which for a removal is before its recipients confirmed it
     * @param closing how it ended; empty while it has not
     * @param identified whether it is about who somebody said they are ({@link #openFor})
     * @param purposes to which the person objects; empty for everything, and for other requests
     */
    record Request(
            UUID id,
            TenantId tenant,
            SubjectId subject,
            Type type,
            State state,
            String jurisdiction,
            String channel,
            Instant received,
            String openedBy,
            Deadlines deadlines,
            Optional<Method> verifiedBy,
            Optional<Extension> extension,
            Optional<Instant> carriedOut,
            Optional<Closing> closing,
            boolean identified,
            Set<String> purposes) {
        /** Keeps an immutable copy. */
        public Request {
            purposes = Set.copyOf(purposes);
        }

        /** One that names no purposes. */
        public Request(
                UUID id,
                TenantId tenant,
                SubjectId subject,
                Type type,
                State state,
                String jurisdiction,
                String channel,
                Instant received,
                String openedBy,
                Deadlines deadlines,
                Optional<Method> verifiedBy,
                Optional<Extension> extension,
                Optional<Instant> carriedOut,
                Optional<Closing> closing,
                boolean identified) {
            this(
                    id,
                    tenant,
                    subject,
                    type,
                    state,
                    jurisdiction,
                    channel,
                    received,
                    openedBy,
                    deadlines,
                    verifiedBy,
                    extension,
                    carriedOut,
                    closing,
                    identified,
                    Set.of());
        }

        /** One about an identifier that was given. */
        public Request(
                UUID id,
                TenantId tenant,
                SubjectId subject,
                Type type,
                State state,
                String jurisdiction,
                String channel,
                Instant received,
                String openedBy,
                Deadlines deadlines,
                Optional<Method> verifiedBy,
                Optional<Extension> extension,
                Optional<Instant> carriedOut,
                Optional<Closing> closing) {
            this(
                    id,
                    tenant,
                    subject,
                    type,
                    state,
                    jurisdiction,
                    channel,
                    received,
                    openedBy,
                    deadlines,
                    verifiedBy,
                    extension,
                    carriedOut,
                    closing,
                    false);
        }
    }

    /**
     * A new request.
     *
     * @param purposes to which the person objects; empty for everything, and for a request that is no objection
     * @param received when it arrived, which its clocks run from; not in the future, at most 366 days ago; empty for now
     */
    record NewRequest(
            SubjectId subject,
            Type type,
            String jurisdiction,
            String channel,
            Set<String> purposes,
            Optional<Instant> received) {
        /** Keeps an immutable copy. */
        public NewRequest {
            purposes = Set.copyOf(purposes);
        }

        /** One that arrives now. */
        public NewRequest(SubjectId subject, Type type, String jurisdiction, String channel, Set<String> purposes) {
            this(subject, type, jurisdiction, channel, purposes, Optional.empty());
        }

        /** One that names no purposes. */
        public NewRequest(SubjectId subject, Type type, String jurisdiction, String channel) {
            this(subject, type, jurisdiction, channel, Set.of());
        }
    }

    /**
     * Who somebody says they are.
     *
     * @param identifiers values by category, such as {@code email}; at least one
     */
    record Identified(Map<String, String> identifiers) {
        /** Keeps an immutable copy. */
        public Identified {
            identifiers = Map.copyOf(identifiers);
        }

        @Override
        public String toString() {
            return "Identified[" + identifiers.keySet() + "]";
        }
    }

    /**
     * Whether a code was the right one.
     *
     * @param verified false for any other code, one that ran out, and one of a request that takes no more codes
     * @param locked whether no code verifies the request any more, after too many wrong ones or with the last one run out
     */
    record CodeCheck(Request request, boolean verified, boolean locked) {}

    /**
     * What was done about a request.
     *
     * @param awaiting how many earlier recipients have yet to confirm the removal; the request closes with the last
     * @param disclosures what left, for a request that asks for it, newest first
     * @param digest SHA-256 over the list of disclosures as its leaf records it; empty for other requests
     * @param kept what a legal hold keeps of a removed person for now; the request closes when it is gone, too
     * @param recipients everybody who is told of what was done, as {@link #recipients} names them
     * @param goingOn the purposes that go on despite an objection, because a contract or a law needs them
     */
    record Fulfilment(
            Request request,
            int awaiting,
            List<Disclosure> disclosures,
            Optional<String> digest,
            List<Kept> kept,
            List<Recipient> recipients,
            List<String> goingOn) {
        /** Keeps immutable copies. */
        public Fulfilment {
            disclosures = List.copyOf(disclosures);
            kept = List.copyOf(kept);
            recipients = List.copyOf(recipients);
            goingOn = List.copyOf(goingOn);
        }

        /** What was done about a request that removes nothing. */
        public Fulfilment(Request request, int awaiting, List<Disclosure> disclosures, Optional<String> digest) {
            this(request, awaiting, disclosures, digest, List.of(), List.of(), List.of());
        }
    }

    /**
     * Who has yet to answer a removal that was carried out.
     *
     * @param recipients how many earlier recipients, at least one
     * @param since when the oldest notice without an answer was written; where none was written, when the removal was
     *     carried out
     * @param silentSince since when the one that has been silent longest has been silent
     * @param escalated whether reminders of one of them were in vain
     */
    record Outstanding(int recipients, Instant since, Optional<Instant> silentSince, boolean escalated) {}

    /**
     * Records a request. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the jurisdiction or the channel has another form, a
     *     purpose is none of the policy's or is named with another request than an objection, or the arrival is out of
     *     bounds
     */
    Request open(Caller caller, NewRequest request);

    /**
     * Records a request of somebody who says who they are. When no one person holds every value, the request looks and
     * goes on like any other, about an identifier that is nobody's and the same for the same values, and no code, word or
     * login ever verifies it. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when a category identifies nobody by the policy, and as
     *     {@link #open}
     */
    default Request openFor(Caller caller, Identified identified, Type type, String jurisdiction, String channel) {
        return openFor(caller, identified, type, jurisdiction, channel, Set.of(), Optional.empty());
    }

    /**
     * As {@link #openFor(Caller, Identified, Type, String, String)}, about some purposes and of an arrival as in {@link
     * NewRequest}.
     */
    Request openFor(
            Caller caller,
            Identified identified,
            Type type,
            String jurisdiction,
            String channel,
            Set<String> purposes,
            Optional<Instant> received);

    /**
     * One request. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Request request(Caller caller, UUID id);

    /**
     * By when a request has to be answered, as it was when it arrived: without what verifying who asks moved, so that it
     * tells nobody whether the person is known. An extension that was told counts. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Instant dueAtArrival(Caller caller, UUID id);

    /** The requests about a person, oldest first. Roles: operator, officer, auditor. */
    List<Request> ofSubject(Caller caller, SubjectId subject);

    /**
     * Requests that are not closed and have a deadline within some days, the longest overdue first. Roles: operator,
     * officer, auditor.
     *
     * @param days 0 to 3650
     * @param limit 1 to 1 000
     */
    List<Request> due(Caller caller, int days, int limit);

    /**
     * Everybody who received something about the person and is told of what the request brought about, by their names: for
     * a removal that was carried out all earlier recipients, for a rectification those told of a correction, for an
     * opt-out or an objection those told of a withdrawal, by what carrying it out brought about, and of what was done by
     * hand from the arrival of the request to its end; for a restriction that was carried out those told of the person's
     * restriction or of its end, as they stand now. Nobody for other requests. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    List<Recipient> recipients(Caller caller, UUID id);

    /**
     * Who has yet to answer, by request; requests that wait for nobody are not in it. Roles: operator, officer, auditor.
     *
     * @param requests such as {@link #due} found
     */
    Map<UUID, Outstanding> outstanding(Caller caller, List<Request> requests);

    /** Records that the request was confirmed to the person. Roles: operator. */
    Request acknowledge(Caller caller, UUID id);

    /**
     * Confirms the request to the person by a message with its identifier and last day, and records that. The answer does
     * not tell whether anything was sent. Must not be called inside a transaction. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the tenant has no template for it
     */
    Request confirm(Caller caller, UUID id);

    /**
     * Begins to verify who asks, by a code to the address that is held; called again, sends another code. For the removal
     * of a child each guardian of whom an authorisation for the child stands is sent a code of their own, and nobody where
     * none does. The answer does not tell whether anything was sent. Must not be called inside a transaction. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when nothing is left to verify or the tenant has no
     *     template for codes
     */
    Request sendCode(Caller caller, UUID id);

    /**
     * Checks a code that the person read. A wrong one is counted before this returns. Roles: operator.
     *
     * @param code six digits
     */
    CodeCheck checkCode(Caller caller, UUID id, String code);

    /**
     * Takes the word of somebody whom the tenant trusts to have verified the values of {@link #openFor}. It counts where
     * a code to the person would be enough; elsewhere, and about nobody, the request stays as it is. Roles: operator.
     */
    Request vouch(Caller caller, UUID id);

    /**
     * Takes the word of the tenant's application that the person is logged in as the one whom the request is about; for
     * the removal of a child, that their guardian is. The answer does not tell whether that person is known. Roles:
     * operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for every request of {@link #openFor}, whoever it is
     *     about: who is logged in is known by identifier and asks under it
     */
    Request assertLogin(Caller caller, UUID id);

    /**
     * Records who found what somebody showed enough to act for a child. Only the kind of evidence is kept. The answer
     * does not tell whether the child is known. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for a request that is not about the removal of a child
     */
    Request assertGuardian(Caller caller, UUID id, Evidence evidence);

    /**
     * Records that the tenant learned that somebody is a child (AI-28): opens their removal, which needs no verification,
     * and carries it out unless something forbids that; then it stays open. Repeating it changes nothing. Roles:
     * operator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Request minorKnown(Caller caller, SubjectId subject);

    /**
     * Lengthens the time to answer. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the first deadline has passed or no law allows it,
     *     {@code INVALID} when the person was not told between the arrival and today
     */
    Request extend(Caller caller, UUID id, Extension extension);

    /**
     * Refuses a request. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED} for an opt-out or an objection to promotion, which no
     *     interest of the tenant's overrides (GDPR Article 21(3), California Civil Code 1798.120)
     */
    Request refuse(Caller caller, UUID id, Ground ground);

    /** Records that the person took it back. Roles: operator. */
    Request withdraw(Caller caller, UUID id);

    /**
     * Does what is asked and closes the request: removes the person, withdraws every consent, or lists what was
     * disclosed. A request for access or portability takes an answer that was made
     * ({@link org.pledge.answers.AnswerService}); other requests are answered elsewhere, and this records it. A removal
     * closes only with the last confirmation of a recipient, by itself or when this is called again. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when it is not verified, or an invariant of the policy
     *     forbids the removal
     */
    Fulfilment fulfil(Caller caller, UUID id);

    /**
     * Takes a restriction or an objection back that a request brought about, as the person wants it; repeating it
     * changes nothing. Of an opt-out the objection is taken back, consents stay withdrawn. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for another request
     */
    Request lift(Caller caller, UUID id);

    /**
     * Records that a purpose goes on despite an objection, because of grounds that the officer weighed; it holds until the
     * person objects again. Repeating it changes nothing. Roles: officer.
     *
     * @param purpose one that the request names
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the purpose promotes something (GDPR Article 21(3)) or
     *     rests on consent; {@code CONFLICT} when the request is no objection to this purpose that was carried out
     */
    Request overrule(Caller caller, UUID id, String purpose, Overriding ground);

    /**
     * Records that a request for access, portability or rectification was answered by hand, outside this platform, and
     * closes it. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for a request of another type, and as {@link #fulfil}
     */
    Fulfilment fulfilByHand(Caller caller, UUID id);

    /**
     * Makes the corrections that a request for rectification asks for, and closes it; earlier recipients are told. Once
     * it is closed this changes nothing. Roles: operator.
     *
     * @param fields the values that are right, by category; an empty list removes a field
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for a request of another type, and as {@link #fulfil};
     *     of the kinds of {@link org.pledge.subject.SubjectService#update} when the policy forbids a value
     */
    Fulfilment correct(Caller caller, UUID id, Map<String, List<String>> fields);
}
