package org.pledge.database;

/** A database that cannot keep what the store promises; the message says what to change. */
public final class UnsuitableDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsuitableDatabaseException(String text) {
        super(text);
    }
}
