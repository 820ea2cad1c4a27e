package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.dsr.internal.World.changed;
import static org.pledge.dsr.internal.World.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.Leaf.Act;
import org.pledge.dsr.internal.World.Opened;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService.Exemption;

/** OpenDSR 2.0, over HTTP. */
class OpenDsrTest {
    private static final String ROOT = "korax/opendsr/v2/";
    private static final String[] ACME = {"Authorization", "Bearer korax.acme.PARTNER"};
    private static final String ID = "a7551968-d5d6-44b2-9831-815ac9017798";
    private static final String NOTICE = "0c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f";

    @TempDir
    private static Path folder;

    private static Signer processor;
    private World world;

    @BeforeAll
    static void files() {
        World.signer(folder, "korax", "-keyalg", "RSA", "-keysize", "2048");
        processor = World.signer(folder, "processor", "-keyalg", "EC", "-groupname", "secp256r1");
        World.write(
                folder,
                "dsr.json",
                """
                {"korax": {
                   "address": "https://privacy.korax.example/dsr/korax",
                   "categories": {"email": "email", "phone": "phone"},
                   "jurisdictions": {"gdpr": "IE"},
                   "signing": {"keystore": "korax.p12", "passwordFile": "password"},
                   "opendsr": {"controllers": ["acme", "other", "olga"], "perHour": 40, "processors": {
                     "dsr.processor.example": {"partner": "parcel-post", "certificate": "processor.pem"}}}},
                 "anyip": {"address": "https://anyip.example/dsr/anyip"}}
                """);
    }

    @BeforeEach
    void open() {
        world = new World(folder.resolve("dsr.json"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static ObjectNode valid() {
        ObjectNode request = Json.made()
                .put("regulation", "gdpr")
                .put("subject_request_id", ID)
                .put("subject_request_type", "erasure")
                .put("submitted_time", "2026-03-01T15:00:00Z")
                .put("api_version", "2.0");
        request.putArray("subject_identities")
                .addObject()
                .put("identity_type", "email")
                .put("identity_value", "vera@example.net")
                .put("identity_format", "raw");
        return request;
    }

    private HttpResponse<String> post(String body, String... authorization) {
        List<String> headers = new ArrayList<>(List.of(authorization));
        headers.addAll(List.of("Content-Type", "application/json"));
        return world.send("POST", ROOT + "requests", body, headers.toArray(String[]::new));
    }

    private HttpResponse<String> posted(UnaryOperator<ObjectNode> change) {
        return post(changed(valid(), change), ACME);
    }

    private HttpResponse<String> status() {
        return world.send("GET", ROOT + "requests/" + ID, null, ACME);
    }

    private void assertSigned(HttpResponse<String> answer) throws CertificateException {
        assertThat(answer.headers().firstValue("X-OpenDSR-Processor-Domain")).contains("privacy.korax.example");
        String pem = world.send("GET", ROOT + "certificate", null).body();
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        String signature = answer.headers().firstValue("X-OpenDSR-Signature").orElseThrow();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        assertThat(Signer.verifies(certificate, body, signature)).isTrue();
        body[body.length - 2] ^= 1;
        assertThat(Signer.verifies(certificate, body, signature)).isFalse();
    }

    @Test
    void saysWhatItUnderstands() throws CertificateException {
        HttpResponse<String> answer = world.send("GET", ROOT + "discovery", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode discovery = json(answer);
        assertThat(discovery.path("api_version").asText()).isEqualTo("2.0");
        assertThat(discovery.path("supported_identities").findValuesAsText("identity_type"))
                .containsExactly("controller_customer_id", "email", "mobile_number");
        assertThat(discovery.path("supported_subject_request_types"))
                .extracting(JsonNode::asText)
                .containsExactly("access", "erasure", "portability", "rectification");
        assertThat(discovery.path("processor_certificate").asText())
                .isEqualTo("https://privacy.korax.example/dsr/korax/opendsr/v2/certificate");
        assertSigned(answer);
    }

    @Test
    void takesARequestAndSignsItsReceipt() throws CertificateException {
        String body = changed(valid(), it -> it);
        HttpResponse<String> answer = post(body, ACME);
        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode receipt = json(answer);
        assertThat(receipt.path("controller_id").asText()).isEqualTo("acme");
        assertThat(receipt.path("subject_request_id").asText()).isEqualTo(ID);
        assertThat(receipt.path("received_time").asText()).isEqualTo("2026-03-02T12:00:00Z");
        assertThat(receipt.path("expected_completion_time").asText()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(Base64.getDecoder().decode(receipt.path("encoded_request").asText()))
                .isEqualTo(body.getBytes(StandardCharsets.UTF_8));
        assertSigned(answer);
        assertThat(world.opened).singleElement().satisfies(ask -> {
            assertThat(ask.identified()).isEqualTo(Map.of("email", "vera@example.net"));
            assertThat(ask.type()).isEqualTo(Type.ERASURE);
            assertThat(ask.place()).isEqualTo("IE");
            assertThat(ask.caller().tenant()).isEqualTo(World.KORAX);
            assertThat(ask.caller().name()).isEqualTo("opendsr.acme");
        });
        assertThat(world.only().channel()).isEqualTo("opendsr");
    }

    @Test
    void takesEveryKindOfRequestAndAnIdentifierOfOurs() {
        String customer = "12493c88-7d0b-4f0e-9d0f-3a5a5f0a9c11";
        Map<String, Type> types =
                Map.of("access", Type.ACCESS, "portability", Type.PORTABILITY, "rectification", Type.RECTIFICATION);
        types.forEach((word, type) -> {
            HttpResponse<String> answer = posted(it -> {
                it.put("subject_request_type", word);
                it.put("subject_request_id", UUID.randomUUID().toString());
                it.put("regulation", "ccpa");
                ((ObjectNode) it.path("subject_identities").get(0))
                        .put("identity_type", "controller_customer_id")
                        .put("identity_value", customer);
                return it;
            });
            assertThat(answer.statusCode()).isEqualTo(201);
            Opened last = world.opened.get(world.opened.size() - 1);
            assertThat(last.type()).isEqualTo(type);
            assertThat(last.place()).isEqualTo("US-CA");
            assertThat(last.id().orElseThrow().toString()).isEqualTo(customer);
        });
    }

    @Test
    void theSameRequestAgainIsTheSameAndAnotherUnderItsIdentifierIsRefused() {
        String first = post(changed(valid(), it -> it), ACME).body();
        world.time.set(World.NOW.plusSeconds(60));
        assertThat(post(changed(valid(), it -> it), ACME).body()).isEqualTo(first);
        HttpResponse<String> other = posted(it -> it.put("subject_request_type", "access"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(json(other).path("error").path("code").asInt()).isEqualTo(400);
        assertThat(world.opened).hasSize(1);
    }

    @Test
    void anotherPartnerHasIdentifiersOfItsOwnAndSeesNoneOfOthers() {
        posted(it -> it);
        String[] other = {"Authorization", "Bearer korax.other.PARTNER"};
        assertThat(world.send("GET", ROOT + "requests/" + ID, null, other).statusCode())
                .isEqualTo(404);
        assertThat(world.send("DELETE", ROOT + "requests/" + ID, null, other).statusCode())
                .isEqualTo(404);
        assertThat(post(changed(valid(), it -> it.put("subject_request_type", "access")), other)
                        .statusCode())
                .isEqualTo(201);
        assertThat(world.opened).hasSize(2);
        assertThat(status().statusCode()).isEqualTo(200);
    }

    @Test
    void openRequestsLookAlikeAndTheEndIsTold() throws CertificateException {
        posted(it -> it);
        HttpResponse<String> received = status();
        assertThat(json(received).path("request_status").asText()).isEqualTo("pending");
        assertSigned(received);
        UUID request = world.only().id();
        for (State open : List.of(State.VERIFYING, State.OPEN, State.EXTENDED)) {
            world.end(request, open, Optional.empty());
            assertThat(status().body()).isEqualTo(received.body());
        }
        world.end(request, State.FULFILLED, Optional.empty());
        assertThat(json(status()).path("request_status").asText()).isEqualTo("completed");
        world.end(request, State.REFUSED, Optional.of(Ground.UNVERIFIED));
        JsonNode refused = json(status());
        assertThat(refused.path("request_status").asText()).isEqualTo("cancelled");
        assertThat(refused.at("/extensions/privacy.korax.example/ground").asText())
                .isEqualTo("unverified");
    }

    @Test
    void aPendingRequestCanBeCancelledAndADoneOneCannot() throws CertificateException {
        posted(it -> it);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = world.send("DELETE", ROOT + "requests/" + ID, null, ACME);
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(json(answer).path("subject_request_id").asText()).isEqualTo(ID);
            assertSigned(answer);
        }
        assertThat(json(status()).path("request_status").asText()).isEqualTo("cancelled");
        world.end(world.only().id(), State.FULFILLED, Optional.empty());
        assertThat(world.send("DELETE", ROOT + "requests/" + ID, null, ACME).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesWhatItDoesNotUnderstandAndRepeatsNothing() {
        List<UnaryOperator<ObjectNode>> changes = List.of(
                it -> it.without("regulation"),
                it -> it.put("regulation", "lgpd"),
                it -> it.put("subject_request_id", ID.toUpperCase(Locale.ROOT)),
                it -> it.put("subject_request_id", "a7551968-d5d6-14b2-9831-815ac9017798"),
                it -> it.put("subject_request_type", "oblivion"),
                it -> it.put("submitted_time", "yesterday"),
                it -> it.put("submitted_time", "2026-03-02T12:06:00Z"),
                it -> it.put("api_version", "1.0"),
                it -> it.put("api_version", 2),
                it -> it.without("subject_identities"),
                it -> it.set("subject_identities", Json.made()),
                it -> {
                    it.putArray("status_callback_urls").add("http://169.254.169.254/latest");
                    return it;
                },
                it -> {
                    it.putObject("extensions").putObject("privacy.korax.example");
                    return it;
                },
                it -> {
                    ((ObjectNode) it.path("subject_identities").get(0)).put("identity_format", "sha256");
                    return it;
                },
                it -> {
                    ((ObjectNode) it.path("subject_identities").get(0)).put("identity_type", "ios_vendor_id");
                    return it;
                },
                it -> {
                    ((ObjectNode) it.path("subject_identities").get(0)).put("identity_value", "x".repeat(321));
                    return it;
                },
                it -> {
                    it.withArray("subject_identities")
                            .add(it.path("subject_identities").get(0).deepCopy());
                    return it;
                });
        for (UnaryOperator<ObjectNode> change : changes) {
            HttpResponse<String> answer = posted(change);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(json(answer).path("error").path("message").asText()).isNotEmpty();
            assertThat(answer.body()).doesNotContain("vera", "169.254", "oblivion");
        }
        assertThat(world.opened).isEmpty();
    }

    @Test
    void refusesHostileBodies() {
        String deep = "{\"a\":".repeat(500) + "1" + "}".repeat(500);
        for (String body : List.of("", "[]", "null", "{", deep, "{\"a\":1,\"a\":2}", "{} {}", "\u0000")) {
            assertThat(post(body, ACME).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(post("{\"a\":\"" + "x".repeat(Body.LIMIT) + "\"}", ACME).statusCode())
                .isEqualTo(413);
        HttpResponse<String> form = world.send(
                "POST",
                ROOT + "requests",
                "a=b",
                "Content-Type",
                "application/x-www-form-urlencoded",
                ACME[0],
                ACME[1]);
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(world.opened).isEmpty();
    }

    @Test
    void onlyControllersThatTheSettingsNameAreHeard() {
        String body = changed(valid(), it -> it);
        assertThat(post(body, "Authorization", "Bearer korax.stranger.PARTNER").statusCode())
                .isEqualTo(403);
        assertThat(world.send("GET", ROOT + "requests/" + ID, null, "Authorization", "Bearer korax.stranger.PARTNER")
                        .statusCode())
                .isEqualTo(403);
        assertThat(world.opened).isEmpty();
    }

    @Test
    void eachControllerSendsSoManyAnHour() {
        for (int i = 0; i < 40; i++) {
            assertThat(posted(it -> it).statusCode()).isEqualTo(201);
        }
        assertThat(posted(it -> it).statusCode()).isEqualTo(429);
        assertThat(post(changed(valid(), it -> it), "Authorization", "Bearer korax.other.PARTNER")
                        .statusCode())
                .isEqualTo(201);
        world.time.set(World.NOW.plusSeconds(3600));
        assertThat(posted(it -> it).statusCode()).isEqualTo(201);
    }

    @Test
    void onlyPartnersAndOperatorsOfTheTenantAreHeard() {
        String body = changed(valid(), it -> it);
        HttpResponse<String> nobody = post(body);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(post(body, "Authorization", "Bearer unknown").statusCode()).isEqualTo(401);
        assertThat(post(body, "Authorization", "Basic YTpi").statusCode()).isEqualTo(401);
        assertThat(post(body, "Authorization", "Bearer anyip.acme.PARTNER").statusCode())
                .isEqualTo(404);
        assertThat(world.leaves).isEmpty();
        assertThat(post(body, "Authorization", "Bearer korax.vera.VIEWER").statusCode())
                .isEqualTo(403);
        assertThat(world.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Act.ROLE_REFUSED);
            assertThat(leaf.details()).containsEntry("operation", "dsr.opendsr.request");
        });
        assertThat(world.opened).isEmpty();
        assertThat(post(body, "Authorization", "Bearer korax.olga.OPERATOR").statusCode())
                .isEqualTo(201);
    }

    @Test
    void whatATenantDoesNotOfferIsNotThere() {
        for (String tenant : List.of("anyip", "nobody", "KORAX", "%2e%2e")) {
            assertThat(world.send("GET", tenant + "/opendsr/v2/discovery", null).statusCode())
                    .as(tenant)
                    .isEqualTo(404);
        }
        for (String path :
                List.of("", "korax", "services", "korax/dsrdelete.json", ROOT, ROOT + "nothing", ROOT + "?_wadl")) {
            assertThat(world.send("GET", path, null).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(world.send("GET", "korax/drp/v1/agent/AGENT", null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void whileAPartIsStoppedNothingIsTaken() {
        world.stopped.add("rights");
        HttpResponse<String> answer = posted(it -> it);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        world.stopped.clear();
        assertThat(posted(it -> it).statusCode()).isEqualTo(201);
        assertThat(world.opened).hasSize(1);
    }

    // the word of processors

    private HttpResponse<String> callback(String body, String domain, String signature) {
        return world.send(
                "POST",
                ROOT + "callbacks",
                body,
                "Content-Type",
                "application/json",
                "X-OpenDSR-Processor-Domain",
                domain,
                "X-OpenDSR-Signature",
                signature);
    }

    private static ObjectNode word(String status) {
        return Json.made()
                .put("controller_id", "korax")
                .put("subject_request_id", NOTICE)
                .put("request_status", status)
                .put("expected_completion_time", "2026-03-05T00:00:00Z")
                .put("status_callback_url", "https://privacy.korax.example/dsr/korax/opendsr/v2/callbacks");
    }

    @Test
    void aProcessorsCompletionConfirmsItsNotice() {
        List<Object> confirmed = new ArrayList<>();
        world.notices.on("acknowledge", args -> {
            confirmed.addAll(List.of(args));
            return null;
        });
        byte[] pending = Json.bytes(word("pending"));
        assertThat(callback(
                                new String(pending, StandardCharsets.UTF_8),
                                "dsr.processor.example",
                                processor.sign(pending))
                        .statusCode())
                .isEqualTo(200);
        assertThat(confirmed).isEmpty();
        byte[] completed = Json.bytes(word("completed"));
        assertThat(callback(
                                new String(completed, StandardCharsets.UTF_8),
                                "DSR.processor.example",
                                processor.sign(completed))
                        .statusCode())
                .isEqualTo(200);
        assertThat(confirmed.get(1)).isEqualTo(UUID.fromString(NOTICE));
        assertThat(((Caller) confirmed.get(0)).name()).isEqualTo("parcel-post");
    }

    @Test
    void aProcessorsRefusalCountsWhereItNamesItsGround() {
        List<Object> refused = new ArrayList<>();
        world.notices.on("refuse", args -> {
            refused.addAll(List.of(args));
            return null;
        });
        byte[] silent = Json.bytes(word("cancelled"));
        assertThat(callback(new String(silent, StandardCharsets.UTF_8), "dsr.processor.example", processor.sign(silent))
                        .statusCode())
                .isEqualTo(200);
        assertThat(refused).isEmpty();
        ObjectNode word = word("cancelled");
        word.putObject("extensions").putObject("dsr.processor.example").put("ground", "legal_claims");
        byte[] grounded = Json.bytes(word);
        assertThat(callback(
                                new String(grounded, StandardCharsets.UTF_8),
                                "dsr.processor.example",
                                processor.sign(grounded))
                        .statusCode())
                .isEqualTo(200);
        assertThat(((Caller) refused.get(0)).name()).isEqualTo("parcel-post");
        assertThat(refused.get(2)).isEqualTo(Exemption.LEGAL_CLAIMS);
    }

    @Test
    void wordsOfOthersAreNotHeard() {
        world.notices.on("acknowledge", args -> {
            throw new AssertionError("nobody said so");
        });
        byte[] body = Json.bytes(word("completed"));
        String text = new String(body, StandardCharsets.UTF_8);
        String signature = processor.sign(body);
        assertThat(callback(text, "other.example", signature).statusCode()).isEqualTo(403);
        assertThat(callback(text, "dsr.processor.example", "AAAA").statusCode()).isEqualTo(403);
        assertThat(callback(text, "dsr.processor.example", "%%%").statusCode()).isEqualTo(403);
        assertThat(callback(text.replace("korax\"", "kor4x\""), "dsr.processor.example", signature)
                        .statusCode())
                .isEqualTo(403);
        byte[] elsewhere = Json.bytes(word("completed").put("status_callback_url", "https://other.example/cb"));
        assertThat(callback(
                                new String(elsewhere, StandardCharsets.UTF_8),
                                "dsr.processor.example",
                                processor.sign(elsewhere))
                        .statusCode())
                .isEqualTo(400);
        world.time.set(World.NOW.plus(Duration.ofDays(4000)));
        assertThat(callback(text, "dsr.processor.example", signature).statusCode())
                .isEqualTo(403);
    }

    @Test
    void aProcessorConfirmsNoNoticeOfAnother() {
        world.notices.on("acknowledge", args -> {
            throw new PledgeException(Kind.NOT_FOUND, "no such notice");
        });
        byte[] body = Json.bytes(word("completed"));
        assertThat(callback(new String(body, StandardCharsets.UTF_8), "dsr.processor.example", processor.sign(body))
                        .statusCode())
                .isEqualTo(404);
    }
}
