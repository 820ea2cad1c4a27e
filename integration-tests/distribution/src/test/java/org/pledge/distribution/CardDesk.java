package org.pledge.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where one tenant's customers bring their cards and pay, by REST and by SOAP; somebody listens to every answer. */
final class CardDesk {
    /** What stands in for the status where nobody answered. */
    static final int SILENCE = 0;

    static final String JOSE = "application/jose";
    static final String JSON_TYPE = "application/json";

    private static final String CREDENTIAL = "clearing-token-1";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern SOAP_TOKEN = Pattern.compile("<(?:\\w+:)?token>([^<]+)<");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Platform platform;
    private final String tenant;
    private final Map<String, String> tokens;
    private final Consumer<String> heard;

    /** @param tokens as {@link Credentials} issued them */
    CardDesk(Platform platform, String tenant, Map<String, String> tokens, Consumer<String> heard) {
        this.platform = platform;
        this.tenant = tenant;
        this.tokens = tokens;
        this.heard = heard;
    }

    record Answer(int status, String text) {
        JsonNode body() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                return JSON.missingNode();
            }
        }

        /** The card's token, in whichever form the answer came. */
        String token() {
            Matcher token = SOAP_TOKEN.matcher(text);
            return token.find() ? token.group(1) : body().path("token").asText();
        }

        String state() {
            return body().path("state").asText();
        }

        /** Passes when the caller is told that it is at fault, in a way that it asked for. */
        void refused() {
            boolean fault = status == 500 && text.contains("faultcode>");
            if (status < 400 || status > 499 && !fault) {
                throw new IllegalStateException(status + " instead of a refusal: " + text);
            }
        }

        Answer expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException(status + " instead of " + expected + ": " + text);
            }
            return this;
        }
    }

    /** The folder of a clearing house that takes our credential, which a platform that was not started gets. */
    static Path clearingHouse(Platform platform, List<String> tenants) throws IOException {
        Path folder = Files.createDirectories(platform.home().resolve("servers/clearing"));
        Files.writeString(folder.resolve("token"), CREDENTIAL);
        Path secrets = Files.createDirectories(platform.home().resolve("data/keys/partners"));
        for (String each : tenants) {
            Files.setPosixFilePermissions(
                    Files.writeString(secrets.resolve(each + ".clearbank"), CREDENTIAL),
                    PosixFilePermissions.fromString("rw-------"));
        }
        return folder;
    }

    void clearingHouse(int port, String region, List<String> purposes, List<String> fields) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, ?> attestation =
                Map.of("statement", "no-retention", "until", today.plusMonths(6).toString());
        Map<String, ?> agreement = Map.of(
                "fields", fields,
                "purposes", purposes,
                "region", region,
                "from", today.minusDays(1).toString(),
                "until", today.plusYears(1).toString(),
                "attestation", attestation);
        Map<String, ?> partner = Map.of(
                "recipient",
                "clearing-house",
                "connector",
                "clearing",
                "endpoint",
                "http://127.0.0.1:" + port,
                "agreement",
                agreement);
        send("integrator", "PUT", "/partners/clearbank", JSON_TYPE, json(partner))
                .expect(200);
    }

    String customer(Map<String, ?> account) {
        return send("operator", "POST", "/accounts", JSON_TYPE, json(account))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    Answer keys() {
        return send("viewer", "GET", "/vault/keys", JSON_TYPE, "");
    }

    Answer store(String customer, String jwe) {
        return send("operator", "POST", "/subjects/" + customer + "/cards", JOSE, jwe);
    }

    Answer storeBySoap(String customer, String jwe) {
        return exchange(request("operator", URI.create(platform.url()).resolve("/soap/v1"))
                .header("Content-Type", "text/xml; charset=utf-8")
                .POST(BodyPublishers.ofString(Soap.envelope("<storeCard xmlns=\"urn:pledge:sharing:v1\"><subject>"
                        + customer + "</subject><jwe>" + jwe + "</jwe></storeCard>")))
                .build());
    }

    Answer authorise(String token, String currency, String reference, Map<String, String> more) {
        Map<String, Object> payment = new LinkedHashMap<>(Map.of(
                "token", token, "amount", 1250, "currency", currency, "purpose", "payment", "reference", reference));
        payment.putAll(more);
        return post("/payments", payment);
    }

    /** Captures, refunds and such. */
    Answer post(String path, Map<String, ?> body) {
        return send("operator", "POST", path, JSON_TYPE, json(body));
    }

    Answer send(String role, String method, String path, String type, String body) {
        return exchange(request(role, URI.create(platform.url() + path))
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    private HttpRequest.Builder request(String role, URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + tokens.get(tenant + "/" + role));
    }

    private Answer exchange(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            heard.accept(response.headers().map() + response.body());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(SILENCE, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
