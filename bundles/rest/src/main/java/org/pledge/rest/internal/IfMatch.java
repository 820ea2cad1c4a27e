package org.pledge.rest.internal;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Reads the version a caller has seen from If-Match (RFC 9110, section 13.1.1). */
final class IfMatch {
    private static final Pattern TAG = Pattern.compile("\"[0-9]{1,18}\"");

    private IfMatch() {}

    static long required(String header) {
        return optional(header)
                .orElseThrow(() -> new HttpRefusal(
                        428,
                        "PRECONDITION_REQUIRED",
                        "If-Match is missing",
                        "Read the resource and send its ETag as If-Match."));
    }

    static OptionalLong optional(String header) {
        if (header == null) {
            return OptionalLong.empty();
        }
        if (!TAG.matcher(header).matches()) {
            throw new PledgeException(Kind.STALE, "If-Match names no version of this resource")
                    .remedy("Read the resource and send its ETag as If-Match.");
        }
        return OptionalLong.of(Long.parseLong(header.substring(1, header.length() - 1)));
    }
}
