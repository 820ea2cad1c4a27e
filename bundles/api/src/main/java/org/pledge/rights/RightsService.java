package org.pledge.rights;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.SharingService.Disclosure;

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
        /** No more disclosure and promotion. */
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
        /** By a code that was sent to the address that is held. */
        MAIL_CODE,
        /** By the person's login, as the tenant's application asserts. */
        ACCOUNT_LOGIN
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
        RIGHTS_OF_OTHERS
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
            Optional<Closing> closing) {}

    /** A new request. */
    record NewRequest(SubjectId subject, Type type, String jurisdiction, String channel) {}

    /**
     * Whether a code was the right one.
     *
     * @param verified false for any other code, one that ran out, and one of a request that takes no more codes
     */
    record CodeCheck(Request request, boolean verified) {}

    /**
     * What was done about a request.
     *
     * @param awaiting how many earlier recipients have yet to confirm the removal; the request closes with the last
     * @param disclosures what left, for a request that asks for it, newest first
     * @param digest SHA-256 over the list of disclosures as its leaf records it; empty for other requests
     */
    record Fulfilment(Request request, int awaiting, List<Disclosure> disclosures, Optional<String> digest) {
        /** Keeps an immutable copy. */
        public Fulfilment {
            disclosures = List.copyOf(disclosures);
        }
    }

    /**
     * Records a request. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the jurisdiction or the channel has another form
     */
    Request open(Caller caller, NewRequest request);

    /**
     * One request. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Request request(Caller caller, UUID id);

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

    /** Records that the request was confirmed to the person. Roles: operator. */
    Request acknowledge(Caller caller, UUID id);

    /**
     * Begins to verify who asks, by a code to the address that is held; called again, sends another code. The answer
     * does not tell whether anything was sent. Must not be called inside a transaction. Roles: operator.
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
     * Takes the word of the tenant's application that the person is logged in as the one whom the request is about; for
     * the removal of a child, that their guardian is. Roles: operator.
     */
    Request assertLogin(Caller caller, UUID id);

    /**
     * Lengthens the time to answer. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the first deadline has passed or no law allows it,
     *     {@code INVALID} when the person was not told between the arrival and today
     */
    Request extend(Caller caller, UUID id, Extension extension);

    /** Refuses a request. Roles: officer. */
    Request refuse(Caller caller, UUID id, Ground ground);

    /** Records that the person took it back. Roles: operator. */
    Request withdraw(Caller caller, UUID id);

    /**
     * Does what is asked and closes the request: removes the person, withdraws every consent, or lists what was
     * disclosed; other requests are answered elsewhere, and this records it. A removal closes only with the last
     * confirmation of a recipient, by itself or when this is called again. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when it is not verified, or an invariant of the policy
     *     forbids the removal
     */
    Fulfilment fulfil(Caller caller, UUID id);
}
