package org.pledge.sharing.internal;

import java.util.List;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;

/** A reason against giving a field away, with what could change it. */
record Refusal(Reason reason, String remedy) {
    /** About one field. */
    static Refusal ofField(Code code, String field, List<String> promises, String text, String remedy) {
        return new Refusal(new Reason(code, field, promises, text), remedy);
    }

    /** About the whole request. */
    static Refusal ofRequest(Code code, List<String> promises, String text, String remedy) {
        return ofField(code, "", promises, text, remedy);
    }
}
