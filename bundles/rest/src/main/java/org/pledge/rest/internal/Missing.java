package org.pledge.rest.internal;

/** A member, form field or header that must be there, by its name; {@link Problems} says what it takes. */
final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Missing(String name) {
        super(name);
    }
}
