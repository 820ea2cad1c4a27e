package org.pledge.policy;

import java.util.List;
import java.util.Set;
import org.pledge.policy.Policy.Obligation;

/** The answer to "may this leave?". Deny wins, and silence is deny. */
public sealed interface Decision {
    /** The promises that decided it; at least one. */
    List<String> promises();

    /**
     * Exactly these fields may leave.
     *
     * @param fields at least one
     * @param obligations to be met on the way; {@code exception} with a {@code promise} says that a legal case permits
     *     what that promise rules out
     * @param withheld why further fields that were asked for may not leave
     */
    record Permitted(Set<String> fields, List<Obligation> obligations, List<String> promises, List<Reason> withheld)
            implements Decision {
        /** Keeps immutable copies. */
        public Permitted {
            fields = Set.copyOf(fields);
            obligations = List.copyOf(obligations);
            promises = List.copyOf(promises);
            withheld = List.copyOf(withheld);
        }
    }

    /**
     * Nothing may leave.
     *
     * @param reasons at least one, the deciding one first
     * @param remedy what could change the answer, as something to do; empty when nothing can
     */
    record Denied(List<Reason> reasons, List<String> promises, String remedy) implements Decision {
        /** Keeps immutable copies. */
        public Denied {
            reasons = List.copyOf(reasons);
            promises = List.copyOf(promises);
        }
    }

    /**
     * Why a field may not leave.
     *
     * @param code for programs
     * @param field the field it is about; empty when it is about the request as a whole
     * @param promises which decided it
     * @param text for people, without personal data
     */
    record Reason(Code code, String field, List<String> promises, String text) {
        /** Keeps an immutable copy. */
        public Reason {
            promises = List.copyOf(promises);
        }
    }

    /** The kinds of reasons. */
    enum Code {
        /** The policy prohibits it, whatever the person says. */
        PROHIBITED,
        /** The policy does not provide for it. */
        NOT_PROVIDED,
        /** Consent of the needed kind is missing, withdrawn or expired. */
        NO_CONSENT,
        /** The purpose ends with the person's inquiry, and none is open. */
        NO_OPEN_INQUIRY,
        /** The person's data is kept without being used. */
        RESTRICTED,
        /** The person objects to the purpose, or to all that neither a contract nor a law needs. */
        OBJECTED,
        /** The recipient is not registered for this tenant. */
        UNKNOWN_PARTNER,
        /** The recipient is suspended. */
        PARTNER_SUSPENDED,
        /** The agreement with the recipient is not valid now. */
        AGREEMENT_NOT_VALID,
        /** The agreement with the recipient does not cover it. */
        NOT_AGREED,
        /** The recipient's attestation is missing or has expired. */
        ATTESTATION_MISSING,
        /** The recipient is in another region than the person, and nothing lets the data go there. */
        NO_TRANSFER_BASIS,
        /** A legal case is needed, or the one named does not exist, or is not approved, has expired, or is closed. */
        CASE_NOT_VALID,
        /** The legal case does not cover it. */
        OUTSIDE_CASE,
        /** An exception to a promise would have to be recorded first. */
        EXCEPTION_NEEDED,
        /** Nothing is known about the person, or no policy version was accepted. */
        UNKNOWN_SUBJECT,
        /** There is too little data for it to be anonymous. */
        TOO_FEW,
        /** No value is held. */
        NO_VALUE
    }
}
