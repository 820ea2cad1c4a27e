package org.pledge;

import java.util.regex.Pattern;

/**
 * One controller whose policy Pledge keeps.
 *
 * @param value 2 to 32 characters: lower-case letters, digits and hyphens, starting with a letter
 */
public record TenantId(String value) implements Comparable<TenantId> {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{1,31}");

    /**
     * Takes a value of that form only.
     *
     * @throws PledgeException of kind {@code INVALID} when it has another
     */
    public TenantId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "tenant must be 2 to 32 lower-case letters, digits or hyphens, starting with a letter")
                    .remedy("Give the tenant as its policy names it.");
        }
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
