package org.pledge.distribution;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One hostile request.
 *
 * @param plain the same request without what is hostile; where it is given, both must be answered alike
 */
record Attack(String name, byte[] bytes, Optional<byte[]> plain) {
    /** Stands in every payload; neither an answer nor the log may repeat it. */
    static final String MARKER = "zqxhostile";

    private static final String CRLF = "\r\n";

    static Attack refused(String name, byte[] bytes) {
        return new Attack(name, bytes, Optional.empty());
    }

    static Attack refused(String name, String text) {
        return refused(name, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Attack ignored(String name, byte[] bytes, byte[] plain) {
        return new Attack(name, bytes, Optional.of(plain));
    }

    static Attack ignored(String name, String text, String plain) {
        return ignored(name, text.getBytes(StandardCharsets.ISO_8859_1), plain.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What the attacker knows: a credential of one tenant, and a place that would see a connection. */
    record Ground(int port, String token, int listener) {
        String elsewhere() {
            return "http://127.0.0.1:" + listener + "/" + MARKER;
        }

        String host() {
            return "Host: 127.0.0.1:" + port + CRLF;
        }

        /** A request's head up to the empty line, which is left out; the connection is to end with the answer. */
        String head(String line) {
            return line + " HTTP/1.1" + CRLF + host() + "Authorization: Bearer " + token + CRLF + "Connection: close"
                    + CRLF;
        }

        String get(String path, String... headers) {
            return head("GET " + path) + lines(headers) + CRLF;
        }

        byte[] post(String path, byte[] body, String... headers) {
            return join(head("POST " + path) + lines(headers) + "Content-Length: " + body.length + CRLF + CRLF, body);
        }

        byte[] json(String path, String body) {
            return post(path, body.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
        }

        byte[] soap(String envelope, String... headers) {
            return post(
                    "/soap/v1",
                    envelope.getBytes(StandardCharsets.UTF_8),
                    headers.length == 0 ? new String[] {"Content-Type: text/xml; charset=utf-8"} : headers);
        }
    }

    static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append(CRLF);
        }
        return lines.toString();
    }

    static byte[] join(String head, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
