package org.pledge.connectors.smtp.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a message as RFC 5322 and MIME say; no header can hold a line of its own. */
final class MailText {
    static final Pattern ADDRESS = Pattern.compile(
            "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?<domain>[A-Za-z0-9](-*[A-Za-z0-9])*"
                    + "(\\.[A-Za-z0-9](-*[A-Za-z0-9])*)+)");

    private static final String LINE = "\r\n";
    private static final String BOUNDARY = "=_pledge";
    private static final int WORD_BYTES = 36;
    private static final Pattern PLAIN = Pattern.compile("(?!.*=\\?)[ -~]{1,60}");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]");
    private static final Pattern HEADER = Pattern.compile("[!-~ ]{1,990}");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final StringBuilder head = new StringBuilder();

    /** A header of printable ASCII. */
    MailText header(String name, String value) throws RefusedMail {
        if (!HEADER.matcher(value).matches()) {
            throw new RefusedMail("the header " + name + " would hold a character that is not sent");
        }
        head.append(name).append(": ").append(value).append(LINE);
        return this;
    }

    /** A header of any text in one line, as encoded words (RFC 2047) where it has to be. */
    MailText text(String name, String value) throws RefusedMail {
        if (CONTROL.matcher(value).find()) {
            throw new RefusedMail("the header " + name + " would hold a control character");
        }
        if (PLAIN.matcher(value).matches()) {
            return header(name, value);
        }
        head.append(name).append(": ").append(words(value)).append(LINE);
        return this;
    }

    private static String words(String value) {
        List<String> chunks = new ArrayList<>();
        StringBuilder chunk = new StringBuilder();
        value.codePoints().forEach(c -> {
            String next = new String(Character.toChars(c));
            if (bytes(chunk + next).length > WORD_BYTES) {
                chunks.add(chunk.toString());
                chunk.setLength(0);
            }
            chunk.append(next);
        });
        chunks.add(chunk.toString());
        return chunks.stream()
                .map(text -> "=?UTF-8?B?" + Base64.getEncoder().encodeToString(bytes(text)) + "?=")
                .collect(Collectors.joining(LINE + " "));
    }

    static String date(Instant instant) {
        return DATE.format(instant);
    }

    /** The whole message. */
    byte[] with(String text, Optional<String> html) {
        head.append("MIME-Version: 1.0").append(LINE);
        if (html.isEmpty()) {
            part("text/plain", text);
        } else {
            head.append("Content-Type: multipart/alternative; boundary=\"")
                    .append(BOUNDARY)
                    .append('"')
                    .append(LINE);
            head.append(LINE).append("--").append(BOUNDARY).append(LINE);
            part("text/plain", text);
            head.append("--").append(BOUNDARY).append(LINE);
            part("text/html", html.get());
            head.append("--").append(BOUNDARY).append("--").append(LINE);
        }
        return head.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** In base64, so that no line of it can be a boundary, a dot or too long. */
    private void part(String type, String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", LINE);
        head.append("Content-Type: ").append(type).append("; charset=UTF-8").append(LINE);
        head.append("Content-Transfer-Encoding: base64").append(LINE).append(LINE);
        head.append(Base64.getMimeEncoder().encodeToString(bytes(lines))).append(LINE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
