package org.pledge.vault.core;

import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.vault.PaymentService.Kind;

/** Carries movements of money to a clearing house. Found as a service; thread-safe. */
public interface PaymentGateway {
    /** The connector of the partners that this gateway reaches. */
    String CONNECTOR = "clearing";

    /** The category of amount, currency and kind; every movement holds it. */
    String AMOUNT = "payment-amount";

    /** The category of the number; every authorisation holds it. */
    String NUMBER = "card-number";

    /** The category of the expiry; every authorisation holds it. */
    String EXPIRY = "card-expiry";

    /** The category of the holder; sent where the policy and the agreement have it. */
    String HOLDER = "card-holder";

    /** The category of the billing address; sent where the policy and the agreement have it. */
    String ADDRESS = "card-address";

    /** The category of the security code; sent where the policy and the agreement have it. */
    String CODE = "card-security-code";

    /**
     * What a card payment needs, in ASCII or UTF-8 bytes. Whoever made it wipes it; nobody keeps a copy.
     *
     * @param number 12 to 19 digits
     * @param expiry {@code YYYY-MM}
     * @param holder as given at intake
     * @param address for AVS, as a JSON object, or empty
     * @param code 3 or 4 digits, or empty
     */
    record CardData(byte[] number, byte[] expiry, byte[] holder, byte[] address, byte[] code) implements AutoCloseable {
        @Override
        public void close() {
            for (byte[] each : new byte[][] {number, expiry, holder, address, code}) {
                java.util.Arrays.fill(each, (byte) 0);
            }
        }

        @Override
        public String toString() {
            return "CardData";
        }
    }

    /**
     * One movement to carry out.
     *
     * @param customer whose card it is; asked about once more before anything leaves, and never sent
     * @param purpose one of the policy's purposes, such as {@code payment}
     * @param id the idempotency key: the clearing house does it once, however often it is sent
     * @param parent what the clearing house knows the earlier movement by
     * @param amount in minor units
     * @param card only for an authorisation
     */
    record Instruction(
            TenantId tenant,
            String partner,
            SubjectId customer,
            String purpose,
            UUID id,
            Kind kind,
            Optional<UUID> parent,
            long amount,
            String currency,
            Optional<CardData> card) {
        @Override
        public String toString() {
            return "Instruction[" + kind + " " + id + "]";
        }
    }

    /**
     * What the clearing house said.
     *
     * @param confirmed that it did it; otherwise it did not and will not
     * @param reason a word of the clearing house, letters, digits, {@code . _ -}, at most 64, or empty
     * @param code M, N, P, U or empty
     * @param addressMatch one or two letters, or empty
     */
    record Answer(boolean confirmed, String reason, String code, String addressMatch) {}

    /**
     * Sends once and waits for the answer, for 30 seconds at most. Just before the socket the gate is asked once more
     * about the customer, the purpose and exactly the categories that are sent.
     *
     * @return empty when it is unknown whether the clearing house did it
     * @throws org.pledge.PledgeException when certainly nothing was sent: {@code UNAVAILABLE}, a retry is safe;
     *     {@code DENIED} with the promises, the gate says no, or the partner is suspended, or its agreement or attestation
     *     is missing or over; {@code INVALID}, the instruction cannot be carried out
     */
    Optional<Answer> send(Instruction instruction);

    /**
     * Asks what became of a movement.
     *
     * @return empty when the clearing house cannot be asked now; a refusal with the reason {@code unknown} when it
     *     never heard of it, and then never will do it
     */
    Optional<Answer> ask(TenantId tenant, String partner, UUID id);
}
