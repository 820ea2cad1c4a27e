package org.pledge.connectors.smtp.internal;

/** Says why a message can never be sent; without anything out of it. */
final class RefusedMail extends Exception {
    private static final long serialVersionUID = 1;

    RefusedMail(String reason) {
        super(reason);
    }
}
