package org.pledge.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * The duty of confidentiality that staff accept before their roles become active, where the tenant's policy has an
 * enforced promise with the control {@code confidentiality-record}. Its parameter {@code roles} names the roles that
 * wait. Who accepted which text and when is recorded for good. Thread-safe.
 */
public interface ConfidentialityService {
    /**
     * The text that has to be accepted now.
     *
     * @param version what people call it, 1 to 32 letters, digits and {@code . _ -}
     * @param digest SHA-256 of its bytes, as lower-case hexadecimal
     * @param text for people to read, up to 32 KiB
     */
    record Duty(String version, String digest, String text) {
        @Override
        public String toString() {
            return "Duty[" + version + "]";
        }
    }

    /**
     * That somebody accepted a text.
     *
     * @param holder who, in lower case: all of their credentials and logins share it
     * @param digest of the text
     * @param version what the text was called then
     * @param name of the credential or login by which it was accepted
     */
    record Acceptance(TenantId tenant, String holder, String digest, String version, Instant at, String name) {}

    /**
     * Where a caller stands.
     *
     * @param promises those that ask for it; empty where the tenant's policy does not
     * @param duty the present text; empty while none is installed, and then nobody can accept it
     * @param accepted when the caller accepted that text, if they did
     */
    record Standing(List<String> promises, Optional<Duty> duty, Optional<Acceptance> accepted) {
        /** Keeps an immutable copy. */
        public Standing {
            promises = List.copyOf(promises);
        }
    }

    /** Where the caller stands. Roles: any, active or not. */
    Standing standing(Caller caller);

    /**
     * Records that the caller accepts the present text, in a durable transaction with its leaf. Accepting it again
     * changes nothing. Roles: any, active or not.
     *
     * @param digest of the text that the caller has read, or its first 12 or more digits
     * @throws org.pledge.PledgeException of kind {@code STALE} when it is not the present text's, {@code UNAVAILABLE}
     *     while no text is installed
     */
    Acceptance accept(Caller caller, String digest);

    /** Who accepted which text, the latest first; at most 1000. Roles: officer, auditor, admin. */
    List<Acceptance> acceptances(Caller caller);

    /**
     * The caller with those roles active that may be: where the policy asks for the duty and the caller has not
     * accepted the present text, the roles it names wait. Answers from memory for who has accepted it.
     */
    Caller active(Caller caller);
}
