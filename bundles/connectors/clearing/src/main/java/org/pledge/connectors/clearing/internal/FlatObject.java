package org.pledge.connectors.clearing.internal;

/** Reads whether bytes are one JSON object of texts (RFC 8259) and nothing else; makes no text of them. */
final class FlatObject {
    private static final int MOST_BYTES = 2_000;

    private final byte[] bytes;
    private int at;

    private FlatObject(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean is(byte[] bytes) {
        return bytes.length <= MOST_BYTES && new FlatObject(bytes).object();
    }

    private boolean object() {
        if (!next('{')) {
            return false;
        }
        if (next('}')) {
            return ended();
        }
        do {
            if (!text() || !next(':') || !text()) {
                return false;
            }
        } while (next(','));
        return next('}') && ended();
    }

    private boolean text() {
        if (!next('"')) {
            return false;
        }
        while (at < bytes.length && bytes[at] != '"') {
            if (bytes[at] >= 0 && bytes[at] < ' ' || bytes[at] == '\\' && !escape()) {
                return false;
            }
            at++;
        }
        return at++ < bytes.length;
    }

    /** Leaves the place at the last byte of the escape. */
    private boolean escape() {
        at++;
        if (at < bytes.length && bytes[at] == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                if (at >= bytes.length || Character.digit(bytes[at], 16) < 0) {
                    return false;
                }
            }
            return true;
        }
        return at < bytes.length && "\"\\/bfnrt".indexOf(bytes[at]) >= 0;
    }

    private boolean next(char expected) {
        blanks();
        boolean found = at < bytes.length && bytes[at] == expected;
        at += found ? 1 : 0;
        return found;
    }

    private boolean ended() {
        blanks();
        return at == bytes.length;
    }

    private void blanks() {
        while (at < bytes.length && " \t\r\n".indexOf(bytes[at]) >= 0) {
            at++;
        }
    }
}
