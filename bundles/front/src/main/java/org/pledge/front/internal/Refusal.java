package org.pledge.front.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import javax.servlet.http.HttpServletResponse;

/** What the front itself answers instead of the part that was asked for; it holds nothing the caller sent. */
enum Refusal {
    /** Nobody serves the path at the moment. */
    UNAVAILABLE(
            503,
            "Unavailable",
            "this part is starting, stopped or being updated; nothing was done",
            "Send the request again in a second.",
            Map.of("Retry-After", "1")),
    /** There is no such path. */
    NOT_FOUND(404, "Not found", "there is nothing at this path", "See /api/v1/docs/.", Map.of()),
    /** The method is not taken. */
    METHOD_NOT_ALLOWED(
            405,
            "Method not allowed",
            "this path does not take this method",
            "See /api/v1/docs/.",
            Map.of("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")),
    /** The path takes reading only. */
    READ_ONLY(405, "Method not allowed", "this path is only read", "Use GET.", Map.of("Allow", "GET, HEAD")),
    /** The server could not read the request. */
    MALFORMED(400, "Malformed request", "the request cannot be read", "See /api/v1/docs/.", Map.of()),
    /** No answer shows a card number. */
    WITHHELD(
            500,
            "Withheld",
            "the answer holds what looks like a card number, so that nothing of it is sent",
            "Read the card masked below /api/v1/cards, and tell the operator when it was.",
            Map.of()),
    /** The part failed without an answer of its own. */
    INCIDENT(
            500,
            "Incident",
            "something went wrong here; read the resource again before you repeat the request",
            "Tell the operator when it was.",
            Map.of());

    private static final String JSON = "{\"type\":\"urn:pledge:problem:%s\",\"title\":\"%s\",\"status\":%s,"
            + "\"detail\":\"%s\",\"code\":\"%s\",\"promises\":[],\"remedy\":\"%s\"}";
    private static final String PROBLEM =
            "<problem xmlns=\"urn:pledge:problem\"><code>%s</code><remedy>%s</remedy>" + "</problem>";
    private static final String SOAP_11 = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">"
            + "<soap:Body><soap:Fault><faultcode>soap:%s</faultcode><faultstring>%s</faultstring>"
            + "<detail>%s</detail></soap:Fault></soap:Body></soap:Envelope>";

    private final int status;
    private final String title;
    private final String detail;
    private final String remedy;
    private final Map<String, String> headers;

    Refusal(int status, String title, String detail, String remedy, Map<String, String> headers) {
        this.status = status;
        this.title = title;
        this.detail = detail;
        this.remedy = remedy;
        this.headers = headers;
    }

    static Refusal of(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 503 -> UNAVAILABLE;
            default -> status < 500 ? MALFORMED : INCIDENT;
        };
    }

    int status() {
        return status;
    }

    /** Answers; as a SOAP 1.1 fault where the caller speaks SOAP. */
    void send(HttpServletResponse response, boolean soap) throws IOException {
        send(response, soap, status);
    }

    /** Answers with another status of the same kind. */
    void send(HttpServletResponse response, boolean soap, int as) throws IOException {
        message(soap, as).send(response);
    }

    Message message(boolean soap) {
        return message(soap, status);
    }

    private Message message(boolean soap, int as) {
        byte[] body = (soap ? fault() : json(as)).getBytes(StandardCharsets.UTF_8);
        return new Message(as, headers, soap ? "text/xml;charset=utf-8" : "application/problem+json", body);
    }

    /** An answer, ready to be sent. */
    record Message(int status, Map<String, String> headers, String type, byte[] body) {
        void send(HttpServletResponse response) throws IOException {
            describe(response);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }

        /** Sets everything but the body and its length. */
        void describe(HttpServletResponse response) {
            response.setStatus(status);
            for (Map.Entry<String, String> header : headers.entrySet()) {
                response.setHeader(header.getKey(), header.getValue());
            }
            response.setHeader("Cache-Control", "no-store");
            response.setContentType(type);
        }
    }

    private String json(int as) {
        return JSON.formatted(name().toLowerCase(Locale.ROOT).replace('_', '-'), title, as, detail, name(), remedy);
    }

    private String fault() {
        return SOAP_11.formatted(status < 500 ? "Client" : "Server", detail, PROBLEM.formatted(name(), remedy));
    }
}
