package org.pledge;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Codes of the places where people live: ISO 3166-1 alpha-2, such as {@code DE}, or ISO 3166-2, such as {@code US-CA}.
 */
public final class Jurisdiction {
    private static final Pattern FORM = Pattern.compile("[A-Z]{2}(-[A-Z0-9]{1,3})?");
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private Jurisdiction() {}

    /** Whether the code has the form of ISO 3166 and begins with a country of ISO 3166-1. */
    public static boolean isValid(String code) {
        return FORM.matcher(code).matches() && COUNTRIES.contains(code.substring(0, 2));
    }

    /**
     * Returns the code.
     *
     * @throws PledgeException of kind {@code INVALID} when it is not {@linkplain #isValid valid}
     */
    public static String check(String code) {
        if (!isValid(code)) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID, "jurisdiction: not an ISO 3166 code of a country or its part")
                    .remedy("Give a code such as DE or US-CA.");
        }
        return code;
    }
}
