package org.pledge.soap.internal;

import org.pledge.policy.Decision;

/** Takes a decision against a disclosure to the caller, as the fault it is in SOAP. */
final class Denial extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Decision.Denied decision;

    Denial(Decision.Denied decision) {
        super("denied");
        this.decision = decision;
    }

    Decision.Denied decision() {
        return decision;
    }
}
