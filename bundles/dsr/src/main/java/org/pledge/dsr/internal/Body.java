package org.pledge.dsr.internal;

import java.io.IOException;
import java.io.InputStream;

/** Reads what was sent, as far as it is not too much. */
final class Body {
    static final int LIMIT = 64 * 1024;

    private Body() {}

    static byte[] of(InputStream in) {
        return of(in, LIMIT);
    }

    static byte[] of(InputStream in, int limit) {
        try {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new Refusal(413, "the body is larger than " + limit + " bytes");
            }
            return bytes;
        } catch (IOException e) { // the connection broke, and nobody is left to tell
            throw Refusal.malformed("the body ended early");
        }
    }
}
