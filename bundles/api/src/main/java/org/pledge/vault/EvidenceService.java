package org.pledge.vault;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * Keeps what is handed in against a chargeback, sealed. It is erased with the card or the customer, and some time after
 * the chargeback's deadline. Thread-safe.
 */
public interface EvidenceService {
    /** How many bytes one piece may have. */
    int MOST_BYTES = 5 << 20;

    /** What is taken. */
    enum Type {
        /** A document. */
        PDF("application/pdf"),
        /** A picture. */
        PNG("image/png"),
        /** A photograph. */
        JPEG("image/jpeg"),
        /** Text in UTF-8. */
        TEXT("text/plain");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }

        /** Its name in HTTP. */
        public String mediaType() {
            return mediaType;
        }
    }

    /**
     * One piece, without its content; the name of a file is not kept.
     *
     * @param chargeback the movement it is handed in against
     * @param size in bytes
     * @param sha256 of the content, in hexadecimal
     * @param by the name of the credential that handed it in
     * @param until when it is erased at the latest
     */
    record Evidence(
            TenantId tenant,
            UUID id,
            UUID chargeback,
            Type type,
            int size,
            String sha256,
            Instant added,
            String by,
            Instant until) {}

    /**
     * One piece with its content.
     *
     * @param bytes as they were handed in
     */
    record Content(Evidence evidence, byte[] bytes) {
        @Override
        public String toString() {
            return "Content[" + evidence.id() + "]";
        }
    }

    /**
     * Keeps a piece; the same content again gives the same piece. Roles: operator.
     *
     * @param capture what the chargeback took back
     * @throws org.pledge.PledgeException {@code CONFLICT} after the chargeback's deadline or when there are too many
     *     pieces; {@code INVALID} for what is empty, too long, not of its type, or text in which a card number stands
     */
    Evidence add(Caller caller, UUID capture, UUID chargeback, Type type, byte[] content);

    /** What was handed in against a chargeback, oldest first. Roles: operator, auditor. */
    List<Evidence> list(Caller caller, UUID capture, UUID chargeback);

    /** One piece with its content, which is recorded. Roles: operator. */
    Content content(Caller caller, UUID capture, UUID chargeback, UUID evidence);
}
