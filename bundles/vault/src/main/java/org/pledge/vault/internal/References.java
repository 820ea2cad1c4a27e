package org.pledge.vault.internal;

import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Names that others give, which are kept and shown. */
final class References {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private References() {}

    static void check(String field, String text) {
        if (!FORM.matcher(text).matches()) {
            throw new PledgeException(Kind.INVALID, field + " must be 1 to 64 letters, digits and . _ -")
                    .remedy("Use another one.");
        }
        if (CardNumber.isHiddenIn(text)) {
            throw new PledgeException(Kind.INVALID, field + " looks like a card number; it was not kept")
                    .remedy("Use one with fewer digits in a row.");
        }
    }
}
