package org.pledge.mailbox.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the head of a mail says; its body is never read.
 *
 * @param id its Message-ID, or what stands for it
 * @param from the address of the one who sent it, which proves nothing; empty where there is none or several
 * @param recipients to whom it was addressed
 * @param received when our server took it, by its own clock; empty where it does not say
 * @param automatic whether a machine or a list sent it
 */
record Letter(
        String id,
        Optional<String> from,
        List<String> recipients,
        String subject,
        Optional<Instant> received,
        boolean automatic) {
    private static final Pattern CODE = Pattern.compile(
            "\\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\b.{0,40}?\\b([0-9]{6})\\b",
            Pattern.CASE_INSENSITIVE);

    Letter {
        recipients = List.copyOf(recipients);
    }

    /** A code that somebody sends back with the request that it is for. */
    record Code(UUID request, String code) {
        @Override
        public String toString() {
            return "Code[" + request + "]";
        }
    }

    Optional<Code> code() {
        Matcher matcher = CODE.matcher(subject);
        return matcher.find()
                ? Optional.of(new Code(UUID.fromString(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Letter";
    }
}
