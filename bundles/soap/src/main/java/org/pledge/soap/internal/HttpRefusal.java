package org.pledge.soap.internal;

import java.util.Map;

/** A refusal that exists only in HTTP; its message is shown to the caller and holds nothing the caller sent. */
final class HttpRefusal extends RuntimeException {
    /** The code of the one refusal that has a fault code of its own. */
    static final String VERSION_MISMATCH = "VERSION_MISMATCH";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String remedy;
    private final transient Map<String, String> headers;

    HttpRefusal(int status, String code, String text, String remedy, Map<String, String> headers) {
        super(text);
        this.status = status;
        this.code = code;
        this.remedy = remedy;
        this.headers = Map.copyOf(headers);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String remedy() {
        return remedy;
    }

    Map<String, String> headers() {
        return headers;
    }
}
