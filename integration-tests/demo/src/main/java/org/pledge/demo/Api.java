package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** The REST interface, as one credential sees it. */
public final class Api {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final String base;
    private final String token;

    /**
     * Calls as the holder of a token.
     *
     * @param base such as {@code http://127.0.0.1:8181/api/v1}
     */
    public Api(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** An answer: its status and its body, missing when it has none. */
    public record Answer(int status, JsonNode body) {
        /** Passes when the status is the expected one. */
        public Answer expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException("HTTP " + status + " instead of " + expected + ": "
                        + body.path("title").asText() + " "
                        + body.path("detail").asText() + " "
                        + body.path("remedy").asText());
            }
            return this;
        }
    }

    /** GET. */
    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** POST with a JSON body. */
    public Answer post(String path, Object body) {
        return send(request(path).POST(publisher(body)));
    }

    /** POST with a JSON body, which acts once under this key however often it is sent. */
    public Answer post(String path, Object body, String idempotencyKey) {
        return send(request(path).header("Idempotency-Key", idempotencyKey).POST(publisher(body)));
    }

    /** POST with a body of another type. */
    public Answer post(String path, String type, String body) {
        return send(request(path).setHeader("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** DELETE. */
    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** PUT with a JSON body. */
    public Answer put(String path, Object body) {
        return send(request(path).PUT(publisher(body)));
    }

    /** Accepts the duty of confidentiality, where the tenant's policy asks for it; returns whether it does. */
    public boolean acceptConfidentiality() {
        JsonNode duty = get("/confidentiality").expect(200).body();
        boolean asked = duty.path("required").asBoolean();
        if (asked) {
            post(
                            "/confidentiality/acceptances",
                            Map.of("digest", duty.path("digest").asText()))
                    .expect(200);
        }
        return asked;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json");
    }

    private HttpRequest.BodyPublisher publisher(Object body) {
        try {
            return HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            byte[] body = response.body();
            return new Answer(
                    response.statusCode(), body.length == 0 ? MissingNode.getInstance() : json.readTree(body));
        } catch (IOException e) {
            throw new UncheckedIOException("the platform does not answer at " + base, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
