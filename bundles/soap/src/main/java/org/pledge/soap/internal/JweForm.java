package org.pledge.soap.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/**
 * Keeps what is not encrypted, though it should be, from the parser and the validator: both hold on to the last text
 * they read.
 */
final class JweForm {
    private static final Pattern BEGIN = Pattern.compile("<(?:[^\\s<>/:]++:)?(?:jwe|securityCode)(?=[\\s/>])[^>]*+>");
    private static final String PART = "[A-Za-z0-9_-]++";
    private static final Pattern COMPACT = Pattern.compile(PART + "\\.\\." + PART + "\\." + PART + "\\." + PART + "</");

    private JweForm() {}

    /** Refuses a message with an element for a JWE in which there is something else. */
    static void check(String message) {
        Matcher begin = BEGIN.matcher(message);
        Matcher compact = COMPACT.matcher(message);
        while (begin.find()) {
            if (!compact.region(begin.end(), message.length()).lookingAt()) {
                throw new PledgeException(
                                Kind.MALFORMED, "this is not encrypted as a JWE in compact form; it was forgotten")
                        .remedy("Encrypt it with alg ECDH-ES and enc A256GCM to a key of the vault.");
            }
        }
    }
}
