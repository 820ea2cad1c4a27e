package org.pledge.dsr.internal;

/** A refusal in a protocol's own terms; its message is shown to the caller and holds nothing the caller sent. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean fatal;

    Refusal(int status, String text) {
        this(status, text, false);
    }

    private Refusal(int status, String text, boolean fatal) {
        super(text);
        this.status = status;
        this.fatal = fatal;
    }

    /** The message itself cannot be taken. */
    static Refusal malformed(String text) {
        return new Refusal(400, text);
    }

    /** The same message will never be taken. */
    static Refusal fatal(int status, String text) {
        return new Refusal(status, text, true);
    }

    /** What others have and what nobody has is told alike. */
    static Refusal notFound() {
        return new Refusal(404, "there is nothing here");
    }

    int status() {
        return status;
    }

    boolean isFatal() {
        return fatal;
    }
}
