package org.pledge.retention.spi;

import org.pledge.SubjectId;

/** Thrown by who removes data when that of one person cannot be removed; the others are then swept without them. */
public final class Unremovable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SubjectId person;

    /** Names the person, by their opaque identifier, and why. */
    public Unremovable(SubjectId person, RuntimeException cause) {
        super("data of one person could not be removed", cause);
        this.person = person;
    }

    /** Whose data it is. */
    public SubjectId person() {
        return person;
    }
}
