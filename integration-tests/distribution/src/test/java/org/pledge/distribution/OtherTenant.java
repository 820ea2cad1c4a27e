package org.pledge.distribution;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.pledge.demo.Api;

/** What one tenant holds, so that others can ask for it: a person, a partner, a disclosure, a notice, a case. */
final class OtherTenant implements AutoCloseable {
    /** The partner's name, which only this tenant knows. */
    static final String PARTNER = "anyip-carrier";
    /** Values that no answer to another tenant may hold. */
    static final List<String> SECRETS = List.of("Nina Falk", "nina.falk@mail.example", PARTNER);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, Object> WORDING =
            Map.of("channel", "test", "version", "test-1", "sha256", "b".repeat(64));

    private final HttpServer partner;
    private final String account;
    private final String subject;
    private final String disclosure;
    private final String notice;
    private final String legalCase;

    OtherTenant(Api operator, Api integrator, Api officer) throws IOException {
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        partner.start();
        JsonNode opened = operator.post(
                        "/accounts",
                        Map.of(
                                "tier",
                                "premium",
                                "holder",
                                "INDIVIDUAL",
                                "jurisdiction",
                                "DE",
                                "birthDate",
                                "1988-04-12",
                                "fields",
                                Map.of(
                                        "name", List.of("Nina Falk"),
                                        "email", List.of("nina.falk@mail.example"),
                                        "payment-token", List.of("tok_ai_91b7aa"))))
                .expect(201)
                .body();
        account = opened.path("id").asText();
        subject = opened.path("holder").isObject()
                ? opened.path("holder").path("id").asText(account)
                : account;
        integrator.put("/partners/" + PARTNER, partnerOf(partner.getAddress().getPort()));
        operator.post(
                        "/subjects/" + subject + "/consents",
                        Map.of(
                                "purpose",
                                "delivery",
                                "recipient",
                                PARTNER,
                                "categories",
                                List.of("name", "email"),
                                "level",
                                "OPT_IN",
                                "wording",
                                WORDING))
                .expect(201);
        disclosure = operator.post(
                        "/disclosures",
                        Map.of(
                                "subject",
                                subject,
                                "partner",
                                PARTNER,
                                "purpose",
                                "delivery",
                                "fields",
                                List.of("name", "email")))
                .expect(202)
                .body()
                .path("id")
                .asText();
        await().atMost(PATIENCE).until(() -> operator.get("/disclosures/" + disclosure)
                .body()
                .path("state")
                .asText()
                .equals("DELIVERED"));
        notice = operator.post("/subjects/" + subject + "/withdrawals", Map.of("channel", "test"))
                .expect(201)
                .body()
                .path("told")
                .path(0)
                .path("notice")
                .asText();
        legalCase = officer.post(
                        "/cases",
                        Map.of(
                                "ground",
                                "LAW",
                                "reference",
                                "2026/0117",
                                "partner",
                                PARTNER,
                                "subjects",
                                List.of(subject),
                                "fields",
                                List.of("name"),
                                "expires",
                                Instant.now()
                                        .plus(9, ChronoUnit.DAYS)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString()))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    private static Map<String, Object> partnerOf(int port) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return Map.of(
                "recipient",
                "shipping-partner",
                "agreement",
                Map.of(
                        "fields", List.of("name", "email"),
                        "purposes", List.of("delivery"),
                        "region", "NL",
                        "from", today.minusDays(1).toString(),
                        "until", today.plusYears(1).toString()),
                "endpoint",
                "http://127.0.0.1:" + port + "/inbox");
    }

    String account() {
        return account;
    }

    String subject() {
        return subject;
    }

    String disclosure() {
        return disclosure;
    }

    String notice() {
        return notice;
    }

    String legalCase() {
        return legalCase;
    }

    @Override
    public void close() {
        partner.stop(0);
    }
}
