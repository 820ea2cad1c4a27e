package org.pledge.sharing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;

/** Discloses data to partners, and accounts for it. Thread-safe. */
public interface SharingService {
    /** How many requests {@link #shareAll} takes. */
    int MOST_AT_ONCE = 1000;

    /**
     * A request to disclose data of one person.
     *
     * @param fields the categories asked for
     * @param legalCase the approved case it is based on, instead of consent
     * @param supplied values of categories that come with the request, such as an amount
     */
    record Request(
            SubjectId subject,
            String partner,
            String purpose,
            List<String> fields,
            Optional<UUID> legalCase,
            Map<String, String> supplied) {
        /** Keeps immutable copies. */
        public Request {
            fields = List.copyOf(fields);
            supplied = Map.copyOf(supplied);
        }

        @Override
        public String toString() {
            return "Request[" + partner + ", " + purpose + ", " + fields + "]";
        }
    }

    /** What became of a request. */
    sealed interface Outcome {
        /** The decision behind it. */
        Decision decision();

        /** It is queued and durable. */
        record Queued(Disclosure disclosure, Decision.Permitted decision) implements Outcome {}

        /** It was refused, and the refusal recorded. */
        record Refused(Decision.Denied decision) implements Outcome {}
    }

    /** What became of one request among several. */
    sealed interface Answer {
        /** It was decided, and what was decided is durable. */
        record Decided(Outcome outcome) implements Answer {}

        /**
         * It could not be decided, and nothing was done or recorded about it.
         *
         * @param problem what {@link #share} would have thrown
         */
        record NotDone(PledgeException problem) implements Answer {}
    }

    /**
     * Several requests that were shared together.
     *
     * @param id of the batch, from which the identifiers of its disclosures follow
     * @param answers in the order of the requests
     */
    record Batch(UUID id, List<Answer> answers) {
        /** Keeps an immutable copy. */
        public Batch {
            answers = List.copyOf(answers);
        }

        /** The identifier of the disclosure that the request at a place, from 0, led to, if it led to one. */
        public static UUID disclosure(UUID batch, int place) {
            return new UUID(batch.getMostSignificantBits(), batch.getLeastSignificantBits() + place);
        }
    }

    /** Where a disclosure stands. */
    enum State {
        /** Waits to be sent, for the first time or again. */
        QUEUED,
        /** Is being sent; it may already have left. */
        SENDING,
        /** The partner confirmed it. */
        DELIVERED,
        /** It was stopped before it left. */
        CANCELLED,
        /** Its last try failed; it waits for an operator. */
        PARKED,
        /** An operator gave it up. */
        DROPPED
    }

    /**
     * One disclosure, as accounted for; it holds no value that was disclosed.
     *
     * @param basis {@code consent}, {@code agreement} or {@code case:<ground>}
     * @param promises that permitted it
     * @param attempts how often sending began
     * @param answer the partner's last status code
     */
    record Disclosure(
            UUID id,
            TenantId tenant,
            SubjectId subject,
            String partner,
            String purpose,
            Set<String> fields,
            String basis,
            List<String> promises,
            int policyVersion,
            Optional<UUID> legalCase,
            State state,
            int attempts,
            OptionalInt answer,
            Instant created,
            Instant deadline,
            Optional<Instant> delivered) {
        /** Keeps immutable copies. */
        public Disclosure {
            fields = Set.copyOf(fields);
            promises = List.copyOf(promises);
        }
    }

    /** Decides, and queues what is permitted; decision, record and queue entry are durable when this returns. */
    Outcome share(Caller caller, Request request);

    /**
     * Decides each of several requests as {@link #share} does, with a record and a queue entry of its own, all of them
     * durable when this returns and none of them when it throws. What one request comes to does not touch the others.
     * Somebody may be concerned by several.
     *
     * @param requests 1 to {@value #MOST_AT_ONCE}
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the caller may not share with one of the partners;
     *     of kind {@code INVALID} for none or too many
     */
    Batch shareAll(Caller caller, List<Request> requests);

    /**
     * The disclosures of a batch as they are now, in the order of its requests.
     *
     * @param size how many requests it had
     * @return for each request its disclosure; empty where it led to none
     */
    List<Optional<Disclosure>> ofBatch(Caller caller, UUID batch, int size);

    /** Decides as {@link #share} would, without sending or recording anything. */
    Decision explain(Caller caller, Request request);

    /**
     * One disclosure.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Disclosure disclosure(Caller caller, UUID id);

    /** The accounting of disclosures of a person, newest first. */
    Page<Disclosure> accounting(Caller caller, SubjectId subject, Optional<String> cursor, int limit);

    /** Disclosures of a tenant in one state, oldest first. */
    List<Disclosure> inState(Caller caller, State state, int limit);

    /** Queues a parked disclosure again, under the same idempotency key. */
    Disclosure retry(Caller caller, UUID id);

    /** Gives a parked disclosure up. */
    Disclosure drop(Caller caller, UUID id);
}
