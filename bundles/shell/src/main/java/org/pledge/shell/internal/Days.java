package org.pledge.shell.internal;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Reads days that an operator typed. */
final class Days {
    private Days() {}

    static LocalDate parse(String option, String text) {
        try {
            return LocalDate.parse(text == null ? "" : text);
        } catch (DateTimeParseException e) {
            throw new PledgeException(Kind.INVALID, option + " must be a day such as 2027-12-31")
                    .remedy("Give year, month and day as numbers, with hyphens between them.");
        }
    }
}
