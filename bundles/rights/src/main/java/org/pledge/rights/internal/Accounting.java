package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;

/** Lists what left about a person. */
record Accounting(SharingService sharing) {
    private static final int PAGE = 200;

    /** The disclosures, newest first, and SHA-256 over their lines. */
    record Listed(List<Disclosure> disclosures, String digest) {
        Map<String, String> facts() {
            return Map.of("disclosures", Integer.toString(disclosures.size()), "sha256", digest);
        }
    }

    /**
     * What may have left counts as what left; what was decided when it was answered, or after, is not in it. What was
     * decided before and left after it is, the next time the list is given out.
     */
    Listed of(Caller caller, Request request, Instant now) {
        Instant until = request.closing().map(Closing::at).orElse(now);
        List<Disclosure> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Disclosure> page = sharing.accounting(caller, request.subject(), cursor, PAGE);
            page.items().stream()
                    .filter(disclosure ->
                            disclosure.attempts() > 0 && disclosure.created().isBefore(until))
                    .forEach(listed::add);
            cursor = page.next();
        } while (cursor.isPresent());
        return new Listed(List.copyOf(listed), digest(listed));
    }

    private static String digest(List<Disclosure> disclosures) {
        String lines = disclosures.stream().map(Accounting::line).collect(Collectors.joining("\n"));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(Disclosure disclosure) {
        return String.join(
                " ",
                disclosure.id().toString(),
                disclosure.partner(),
                disclosure.purpose(),
                String.join(",", new TreeSet<>(disclosure.fields())),
                disclosure.basis(),
                disclosure.created().toString());
    }
}
