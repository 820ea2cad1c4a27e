package org.pledge.front.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The path of a request as the server dispatches it: decoded once, without parameters and dot segments. */
final class RequestPath {
    private RequestPath() {}

    static String of(String uri) {
        Deque<String> segments = new ArrayDeque<>();
        for (String raw : uri.split("/", -1)) {
            int parameters = raw.indexOf(';');
            for (String segment :
                    decode(parameters < 0 ? raw : raw.substring(0, parameters)).split("/", -1)) {
                if (segment.equals("..")) {
                    segments.pollLast();
                } else if (!segment.isEmpty() && !segment.equals(".")) {
                    segments.addLast(segment);
                }
            }
        }
        StringBuilder path = new StringBuilder();
        for (Iterator<String> each = segments.iterator(); each.hasNext(); ) {
            path.append('/').append(each.next());
        }
        return path.length() == 0 ? "/" : path.toString();
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            int high = c == '%' && i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
            if (low >= 0) {
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
