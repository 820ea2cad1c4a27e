package org.pledge;

import java.util.Optional;
import java.util.UUID;

/**
 * The opaque identifier of one data subject: 128 bits that say nothing about the person.
 *
 * @param high the most significant 64 bits
 * @param low the least significant 64 bits
 */
public record SubjectId(long high, long low) implements Comparable<SubjectId> {

    /** A new identifier from 122 random bits (RFC 9562, version 4). */
    public static SubjectId random() {
        return of(UUID.randomUUID());
    }

    /** The identifier with the bits of {@code uuid}. */
    public static SubjectId of(UUID uuid) {
        return new SubjectId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /**
     * Reads the form that {@link #toString()} writes.
     *
     * @throws PledgeException of kind {@code INVALID} when the text is not a UUID
     */
    public static SubjectId parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new PledgeException(PledgeException.Kind.INVALID, "subject must be a UUID")
                        .remedy("Give the identifier that was returned when the person was registered."));
    }

    /** As {@link #parse}, empty where the text is not a UUID of 36 characters. */
    public static Optional<SubjectId> tryParse(String text) {
        if (text == null || text.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(UUID.fromString(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The same 128 bits as a UUID. */
    public UUID toUuid() {
        return new UUID(high, low);
    }

    @Override
    public int compareTo(SubjectId other) {
        int first = Long.compareUnsigned(high, other.high);
        return first != 0 ? first : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return toUuid().toString();
    }
}
