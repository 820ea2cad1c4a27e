package org.pledge.answers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * Makes the answer to a request for access or portability: what is held about the person, for machines as JSON and for
 * people as PDF, in one file that only they can open.
 *
 * <p>For a request of type {@code ACCESS} it holds everything (GDPR Article 15), for one of type {@code PORTABILITY} what
 * the person provided (GDPR Article 20). Other people are in it as counts and roles, staff as a role and an opaque
 * identifier. It is made in the background, page by page, and lies encrypted on the disk from its first byte.
 * Thread-safe.
 */
public interface AnswerService {
    /** For how long a file can be fetched. */
    Duration KEPT = Duration.ofHours(24);

    /** Where an export stands. */
    enum State {
        /** It is being made. */
        RUNNING,
        /** It can be fetched. */
        READY,
        /** It was fetched, and the file removed. */
        FETCHED,
        /** Nobody fetched it in time, and the file was removed. */
        EXPIRED,
        /** It could not be made; nothing is left of it. */
        FAILED
    }

    /** What opens the file. */
    enum Protection {
        /** A password: a ZIP file with AES-256 (WinZip AE-2). */
        PASSWORD,
        /** The private key of the person: a JWE in compact serialisation (RFC 7516) around a ZIP file. */
        KEY
    }

    /**
     * A public key that the answer is encrypted to (RFC 7517).
     *
     * @param kty {@code EC} or {@code OKP}
     * @param crv {@code P-256} or {@code X25519} (RFC 8037)
     * @param x base64url of 32 bytes
     * @param y base64url of 32 bytes for {@code P-256}; empty for {@code X25519}
     * @param kid the key's name, 1 to 64 letters, digits and {@code . _ -}; empty without one
     */
    record RecipientKey(String kty, String crv, String x, String y, String kid) {}

    /**
     * The state of an export.
     *
     * @param made when it was complete; empty while it is not
     * @param expires when the file is removed at the latest; empty while there is none
     * @param counts how much it holds so far, by section
     * @param bytes the length of the file; 0 while it is not complete
     * @param sha256 of the file, in lower-case hexadecimal; empty while it is not complete
     */
    record Export(
            TenantId tenant,
            UUID request,
            UUID id,
            State state,
            Protection protection,
            Instant started,
            Optional<Instant> made,
            Optional<Instant> expires,
            Map<String, Long> counts,
            long bytes,
            Optional<String> sha256) {
        /** Keeps an immutable copy. */
        public Export {
            counts = Map.copyOf(counts);
        }
    }

    /**
     * An export that was started.
     *
     * @param password shown this once and kept nowhere; empty when there is none, or it was shown before
     */
    record Started(Export export, Optional<String> password) {
        @Override
        public String toString() {
            return "Started[" + export.id() + "]";
        }
    }

    /** A file that is ready. */
    interface Answer {
        /** What it is. */
        Export export();

        /** A name for it, without personal data. */
        String name();

        /** {@code application/zip} or {@code application/jose}. */
        String mediaType();

        /**
         * Records that it is fetched, and writes it. Once it is written to its end the file is removed; otherwise it can
         * be fetched again until it expires.
         *
         * @throws org.pledge.PledgeException of kind {@code CONFLICT} while somebody else fetches it, {@code NOT_FOUND}
         *     when it is not there any more; nothing was written then
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Starts to make the answer to a request, and returns at once. While one is being made or can be fetched, that one
     * is returned, without its password. Must not be called inside a transaction. Roles: operator.
     *
     * @param key to which it is encrypted; empty for a password
     * @param anew whether a file that can be fetched is removed and made anew, because its password was lost
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} for a request of another type, and for one that is not
     *     verified or is closed; {@code NOT_FOUND} for one about who was removed; {@code INVALID} for a key of another
     *     form; {@code UNAVAILABLE} when too many are being made, and while the vault or whoever knows of devices is needed
     *     and away
     */
    Started start(Caller caller, UUID request, Optional<RecipientKey> key, boolean anew);

    /**
     * Where the export of a request stands. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when none was started
     */
    Export export(Caller caller, UUID request);

    /**
     * Waits until the export of a request is not being made any more. Roles: operator.
     *
     * @param progress told where it stands about once a second, on the calling thread
     */
    Export await(Caller caller, UUID request, Consumer<Export> progress) throws InterruptedException;

    /**
     * The file of a request. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when there is none, {@code CONFLICT} while it is being
     *     made
     */
    Answer answer(Caller caller, UUID request);

    /**
     * Fetches the file of a request into a folder of this machine that its owner alone reads; it is removed from there
     * {@link #KEPT} later. Roles: operator.
     *
     * @param name of the file there: 1 to 100 letters, digits and {@code . _ -}, not beginning with a dot
     * @return where it is
     * @throws org.pledge.PledgeException of kind {@code INVALID} for another name, {@code CONFLICT} when there is such a
     *     file, and as {@link #answer}
     */
    Path handOver(Caller caller, UUID request, String name) throws IOException;

    /** The JSON Schema (2020-12) of the answer for machines. */
    String schema();
}
