package org.pledge.sharing.internal;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.pledge.PledgeException;

/** The form of the names that requests may use; nothing that identifies a person by accident fits it. */
final class Names {
    static final int MOST_FIELDS = 64;
    private static final Pattern TOKEN = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private Names() {}

    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    static String token(String what, String text) {
        if (!isToken(text)) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            what + " must be 1 to 64 lower-case letters, digits, hyphens or underscores")
                    .remedy("Use a name from the policy, or of a partner, as it is written there.");
        }
        return text;
    }

    /** The fields asked for, each once, in the order in which they were asked for. */
    static List<String> fields(Collection<String> asked) {
        List<String> fields = List.copyOf(new LinkedHashSet<>(asked));
        if (fields.isEmpty() || fields.size() > MOST_FIELDS) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID, "fields must name 1 to " + MOST_FIELDS + " categories")
                    .remedy("Name the categories that are needed.");
        }
        fields.forEach(field -> token("each of fields", field));
        return fields;
    }
}
