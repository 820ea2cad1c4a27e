package org.pledge.access;

import java.time.Instant;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/**
 * One-time passwords that people prove themselves with beside their login: TOTP (RFC 6238) with HMAC-SHA-1, six digits
 * and steps of 30 seconds. A factor belongs to a holder within a tenant, whichever of their logins they use.
 * Thread-safe.
 */
public interface SecondFactors {
    /**
     * A new secret, which is shown this once.
     *
     * @param secret 160 random bits in Base32 (RFC 4648, section 6)
     * @param uri the same for an authenticator app: {@code otpauth://totp/…}
     */
    record Enrolment(String secret, String uri) {
        @Override
        public String toString() {
            return "Enrolment";
        }
    }

    /** What came of a code. */
    enum Outcome {
        /** It is the holder's, and now used up. */
        VALID("the code is valid", ""),
        /** The holder has no confirmed factor. */
        NOT_ENROLLED("this takes a second factor, and you have none", "Enrol one first: pledge:second-factor-enrol"),
        /** It is not the holder's, or of another time. */
        WRONG("the code is wrong", "Type the one that your authenticator shows now; its clock has to be right."),
        /** It is the holder's, and it or a later one was used before. */
        USED("the code was used before", "Wait for the next one."),
        /** There were too many wrong codes; this one was not looked at. */
        LOCKED("too many codes were wrong, and none is looked at", "If it was not you, tell an administrator now.");

        private final String text;
        private final String remedy;

        Outcome(String text, String remedy) {
            this.text = text;
            this.remedy = remedy;
        }
    }

    /**
     * What came of a code, and from when on another one is looked at.
     *
     * @param retry empty unless it is locked
     */
    record Check(Outcome outcome, Optional<Instant> retry) {
        /** Whether it proves who the caller is. */
        public boolean valid() {
            return outcome == Outcome.VALID;
        }

        /** Says why the code does not do, as a refusal of kind {@code DENIED} without a promise. */
        public PledgeException refusal() {
            PledgeException refusal = new PledgeException(
                    Kind.DENIED, retry.map(at -> outcome.text + " until " + at).orElse(outcome.text));
            return refusal.remedy(outcome.remedy);
        }
    }

    /**
     * Makes a secret for the caller; it counts for nothing until it is confirmed, and replaces one that was not.
     * Roles: custodian, officer.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the caller has a confirmed factor
     */
    Enrolment enrol(Caller caller);

    /**
     * Takes the caller's new secret into use. Roles: custodian, officer.
     *
     * @param code six digits, as the secret gives them now; the caller wipes it
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the code is not valid, {@code NOT_FOUND} when
     *     nothing was enrolled, {@code CONFLICT} when it is confirmed already
     */
    void confirm(Caller caller, char[] code);

    /**
     * Tells whether a code is the caller's own, of now or one step earlier or later, and uses it up. After five wrong
     * ones in a row none is looked at for 15 minutes. Call it outside a transaction: what it counts has to stay when
     * the caller is then refused.
     *
     * @param code what was typed; the caller wipes it
     */
    Check verify(Caller caller, char[] code);

    /**
     * Ends a holder's factor and destroys its secret; false when there was none. Roles: admin for somebody else's;
     * one's own takes a valid code.
     *
     * @param holder whose
     * @param code the caller's, for their own; empty otherwise
     * @throws org.pledge.PledgeException of kind {@code DENIED} when it is one's own and the code is not valid
     */
    boolean revoke(Caller by, String holder, char[] code);
}
