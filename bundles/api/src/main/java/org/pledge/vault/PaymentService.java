package org.pledge.vault;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.TenantId;

/**
 * Moves money with stored cards: {@code INTENT → SENT → CONFIRMED | REFUSED | IN_DOUBT}. What is in doubt is resolved by
 * asking the clearing house, never by sending again. Thread-safe.
 */
public interface PaymentService {
    /** What is done. */
    enum Kind {
        /** Reserves an amount. */
        AUTHORISE,
        /** Takes an authorised amount, or a part of it. */
        CAPTURE,
        /** Gives an authorisation up. */
        VOID,
        /** Gives a captured amount back, or a part of it. */
        REFUND,
        /** Records that the issuer took a captured amount back. */
        CHARGEBACK
    }

    /** Where it stands. */
    enum State {
        /** Durable here; nothing was sent. */
        INTENT,
        /** Durable here that sending began; the clearing house may have it. */
        SENT,
        /** The clearing house did it. */
        CONFIRMED,
        /** The clearing house or the policy refused; no money moved. */
        REFUSED,
        /** No answer came; it is asked for. */
        IN_DOUBT
    }

    /**
     * An authorisation.
     *
     * @param token of the card
     * @param amount in minor units, 1 to 999999999999
     * @param currency ISO 4217, such as {@code EUR}
     * @param purpose one of the policy's purposes; only payment, refund and chargeback reach a card
     * @param reference the merchant's own, 1 to 64 letters, digits and {@code . _ -}; unique per tenant: the same
     *     reference with the same content gives the same payment again
     * @param codeJwe a security code recollected for this authorisation alone, as JWE, or empty
     */
    record Authorisation(
            String token, long amount, String currency, String purpose, String reference, Optional<byte[]> codeJwe) {
        @Override
        public String toString() {
            return "Authorisation[" + reference + "]";
        }
    }

    /**
     * One movement.
     *
     * @param parent the authorisation or capture it builds on
     * @param code what the clearing house said of the security code: M, N, P, U, or empty where none was sent
     * @param addressMatch the clearing house's AVS result, or empty
     * @param reason why it was refused, a constant of the clearing house or ours, or empty
     * @param evidenceUntil of a chargeback: until when evidence can be handed in
     */
    record Payment(
            TenantId tenant,
            UUID id,
            Kind kind,
            Optional<UUID> parent,
            String token,
            long amount,
            String currency,
            String reference,
            State state,
            String code,
            String addressMatch,
            String reason,
            Instant created,
            Instant changed,
            Optional<Instant> evidenceUntil) {}

    /**
     * Reserves an amount.
     *
     * @throws org.pledge.PledgeException {@code DENIED} with the promise for another purpose, a partner without
     *     attestation and the like; {@code CONFLICT} when the reference was used for something else
     */
    Payment authorise(Caller caller, Authorisation authorisation);

    /** Takes an authorised amount, or what is left of it at most. */
    Payment capture(Caller caller, UUID authorisation, long amount, String reference);

    /** Gives up an authorisation of which nothing was captured. */
    Payment cancel(Caller caller, UUID authorisation, String reference);

    /** Gives back a captured amount, or what is left of it at most. */
    Payment refund(Caller caller, UUID capture, long amount, String reference);

    /** Records a chargeback of a captured amount. Nothing is sent. */
    Payment chargeback(Caller caller, UUID capture, long amount, String reference);

    /** One movement. */
    Payment payment(Caller caller, UUID id);

    /** Movements of a card, newest first. */
    List<Payment> payments(Caller caller, String token, int limit);

    /**
     * Movements that stand in a state, oldest first; what leaves the state between two pages does not disturb them.
     *
     * @throws org.pledge.PledgeException {@code INVALID} for a cursor that no page ended with
     */
    Page<Payment> payments(Caller caller, State state, Optional<String> cursor, int limit);

    /** Asks the clearing house about a movement in doubt, and settles it by the answer; still in doubt without one. */
    Payment resolve(Caller caller, UUID id);
}
