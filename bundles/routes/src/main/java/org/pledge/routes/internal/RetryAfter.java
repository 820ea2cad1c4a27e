package org.pledge.routes.internal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.apache.camel.Message;

/** How long a partner asks us to wait (RFC 9110, section 10.2.3): seconds, or a day and time. */
final class RetryAfter {
    private static final String HEADER = "Retry-After";
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private RetryAfter() {}

    /** What an answer asks for; zero where it asks for nothing that can be read. */
    static Duration read(Message answer, Instant now) {
        String text = answer.getHeader(HEADER, "", String.class).strip();
        if (SECONDS.matcher(text).matches()) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
