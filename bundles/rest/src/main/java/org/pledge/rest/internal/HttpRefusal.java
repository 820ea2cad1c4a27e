package org.pledge.rest.internal;

import java.util.Map;

/** A refusal that exists only in HTTP; its message is shown to the caller and holds nothing the caller sent. */
final class HttpRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String remedy;
    private final transient Map<String, String> headers;

    HttpRefusal(int status, String code, String text, String remedy) {
        this(status, code, text, remedy, Map.of());
    }

    HttpRefusal(int status, String code, String text, String remedy, Map<String, String> headers) {
        super(text);
        this.status = status;
        this.code = code;
        this.remedy = remedy;
        this.headers = Map.copyOf(headers);
    }

    static HttpRefusal tooLarge(int limit) {
        return new HttpRefusal(
                413, "TOO_LARGE", "the body is larger than " + limit + " bytes", "Send it in several parts.");
    }

    static HttpRefusal unsupportedType() {
        return new HttpRefusal(
                415, "UNSUPPORTED_TYPE", "only application/json is understood", "Set Content-Type: application/json.");
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
