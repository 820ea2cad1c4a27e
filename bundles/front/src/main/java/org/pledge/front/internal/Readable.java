package org.pledge.front.internal;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import javax.servlet.http.HttpServletRequest;

/** Whether a request can be read at all: the parts behind the front would fail at what the container lets through. */
final class Readable {
    private static final String PATH = "-._~!$&'()*+,;=:@/";

    private Readable() {}

    /** SOAP answers for its own content type. */
    static boolean is(HttpServletRequest request, boolean soap) {
        return path(request.getRequestURI())
                && escaped(request.getQueryString())
                && (soap || charset(request.getCharacterEncoding()));
    }

    /** RFC 3986, section 3.3. */
    private static boolean path(String path) {
        return path != null
                && escaped(path)
                && path.chars()
                        .allMatch(c -> c == '%' || PATH.indexOf(c) >= 0 || c < 128 && Character.isLetterOrDigit(c));
    }

    /** Whether two hexadecimal digits follow every percent sign (RFC 3986, section 2.1). */
    private static boolean escaped(String text) {
        if (text == null) {
            return true;
        }
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 2 >= text.length()
                    || Character.digit(text.charAt(i + 1), 16) < 0
                    || Character.digit(text.charAt(i + 2), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean charset(String name) {
        try {
            return name == null || Charset.isSupported(name);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }
}
