package org.pledge.sharing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** The queue of permitted disclosures, for whoever carries them to a partner. Thread-safe. */
public interface Outbox {
    /** What a delivery tells the partner. */
    enum Kind {
        /** Data of a person. */
        DISCLOSURE,
        /** That consent was withdrawn for data it received. */
        WITHDRAWAL,
        /** That data it received was corrected. */
        CORRECTION,
        /** That data it received is to be kept without being used (GDPR Articles 18 and 19). */
        RESTRICTION,
        /** That data it received may be used again. */
        RESTRICTION_LIFTED,
        /** That a person wants to know what it holds about them (GDPR Article 15). */
        ACCESS,
        /** That a person wants to take along what it holds about them (GDPR Article 20). */
        PORTABILITY;

        /** Whether it asks for what is held, and so changes nothing at the partner. */
        public boolean asks() {
            return this == ACCESS || this == PORTABILITY;
        }
    }

    /**
     * A disclosure, or a notice about earlier ones, to carry out now.
     *
     * @param disclosure identifies the disclosure or the notice
     * @param created when it was queued; the same for every try
     * @param idempotencyKey the same for every try
     * @param attempt from 1
     */
    record Delivery(
            UUID disclosure,
            TenantId tenant,
            SubjectId subject,
            String partner,
            String purpose,
            String idempotencyKey,
            int attempt,
            Kind kind,
            Instant created) {}

    /** How a try ended. */
    enum Result {
        /** The partner confirmed it. */
        DELIVERED,
        /** Nothing was confirmed; try again later. */
        FAILED,
        /** The partner will never take it; do not try again. */
        REFUSED
    }

    /**
     * Claims due disclosures to a partner for this process; a claim that is not completed lapses after a while.
     *
     * @param limit at most so many
     */
    List<Delivery> claim(TenantId tenant, String partner, int limit);

    /**
     * The values to send: exactly the permitted fields, with every obligation met.
     *
     * @return empty when nothing may be sent any more; the delivery is then already cancelled
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when that cannot be said now; try again later
     */
    Optional<Map<String, List<String>>> load(Delivery delivery);

    /**
     * The last check before the socket: decides once more and looks at the deadline.
     *
     * @return false when nothing may be sent any more; the delivery is then already cancelled
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when that cannot be said now; try again later
     */
    boolean release(Delivery delivery);

    /**
     * Records how the try ended, in the audit record too; a failed try is queued again with back-off, and parked after
     * the last one.
     *
     * @param status the partner's status code, 0 when there was none
     */
    default void complete(Delivery delivery, Result result, int status) {
        complete(delivery, result, status, Duration.ZERO);
    }

    /**
     * The same, of a partner that may have asked us to wait: after a failed try the next one comes no sooner, an hour at
     * most.
     *
     * @param wait what it asked for; zero when it asked for nothing
     */
    void complete(Delivery delivery, Result result, int status, Duration wait);

    /**
     * Gives a claimed delivery back of which nothing was sent, because a part of the platform was not there: it is
     * queued again and the try does not count.
     */
    void giveBack(Delivery delivery);

    /** Runs {@code action} whenever something may have become due; closing the result ends that. */
    AutoCloseable onWork(Runnable action);
}
