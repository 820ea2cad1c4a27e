package org.pledge;

import java.util.List;

/**
 * A refusal that the caller can understand and act on.
 *
 * <p>The message is shown to the caller as it stands: it names fields, promises and identifiers, and never holds a
 * value that somebody entered.
 */
public final class PledgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is; each front end maps it to its own codes. */
    public enum Kind {
        /** The request cannot be read. HTTP 400. */
        MALFORMED,
        /** No valid credential. HTTP 401. */
        UNAUTHENTICATED,
        /** A promise or a missing role forbids it. HTTP 403. */
        DENIED,
        /** No such thing for this tenant. HTTP 404. */
        NOT_FOUND,
        /** It contradicts the present state or an invariant. HTTP 409. */
        CONFLICT,
        /** The version the caller has seen is no longer the current one. HTTP 412. */
        STALE,
        /** The content breaks a rule. HTTP 422. */
        INVALID,
        /** A part of the platform is stopped; nothing was done and a retry is safe. HTTP 503. */
        UNAVAILABLE
    }

    private final Kind kind;
    private final List<String> promises;
    private final String remedy;
    private final List<Role> roles;

    /** A refusal without a promise or a remedy of its own. */
    public PledgeException(Kind kind, String text) {
        this(kind, text, List.of(), "", List.of());
    }

    private PledgeException(Kind kind, String text, List<String> promises, String remedy, List<Role> roles) {
        super(text);
        this.kind = kind;
        this.promises = List.copyOf(promises);
        this.remedy = remedy;
        this.roles = List.copyOf(roles);
    }

    /** The same refusal, naming the promises that decided it. */
    public PledgeException because(List<String> decidingPromises) {
        return new PledgeException(kind, getMessage(), decidingPromises, remedy, roles);
    }

    /** The same refusal, saying what the caller can do next. */
    public PledgeException remedy(String text) {
        return new PledgeException(kind, getMessage(), promises, text, roles);
    }

    /** The same refusal, made because the caller has none of these roles. */
    public PledgeException takes(List<Role> anyOf) {
        return new PledgeException(kind, getMessage(), promises, remedy, anyOf);
    }

    /** What kind of refusal it is. */
    public Kind kind() {
        return kind;
    }

    /** The promises that decided it, such as {@code KX-12}; empty where none did. */
    public List<String> promises() {
        return promises;
    }

    /** What to do next, or an empty text. */
    public String remedy() {
        return remedy;
    }

    /** The roles of which the caller has none, or an empty list where no role was missing. */
    public List<Role> roles() {
        return roles;
    }
}
