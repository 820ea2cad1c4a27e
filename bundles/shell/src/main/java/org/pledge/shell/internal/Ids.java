package org.pledge.shell.internal;

import java.net.URI;
import java.util.UUID;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Reads identifiers and addresses that an operator typed. */
final class Ids {
    private Ids() {}

    static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new PledgeException(Kind.INVALID, "an identifier must be a UUID, as the lists show it")
                    .remedy("Copy it whole from the list that it stands in.");
        }
    }

    static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new PledgeException(Kind.INVALID, "endpoint must be an address such as https://partner.example/inbox")
                    .remedy("Give it as the partner names it, without blanks.");
        }
    }
}
