package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.dsr.internal.World.blob;
import static org.pledge.dsr.internal.World.changed;
import static org.pledge.dsr.internal.World.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** The Data Rights Protocol, over HTTP. */
class DrpTest {
    private static final String ROOT = "korax/drp/v1/";
    private static final KeyPair AGENT = World.ed25519();
    private static final KeyPair OTHER = World.ed25519();
    private static final KeyPair STRANGER = World.ed25519();

    @TempDir
    private static Path folder;

    private World world;
    private String token;

    @BeforeAll
    static void files() {
        directory(AGENT);
        World.write(
                folder,
                "dsr.json",
                """
                {"korax": {
                   "address": "https://privacy.korax.example/dsr/korax",
                   "categories": {"email": "email", "phone": "phone"},
                   "drp": {"business": "KORAX", "directory": "agents.json", "skewSeconds": 5}},
                 "anyip": {
                   "address": "https://anyip.example/dsr/anyip",
                   "categories": {"email": "email"},
                   "drp": {"business": "ANYIP", "directory": "agents.json"}}}
                """);
    }

    private static Path directory(KeyPair agent) {
        return World.write(
                folder,
                "agents.json",
                """
                [{"id": "AGENT", "name": "An agent", "verify_key": "%s", "web_url": "https://agent.example",
                  "trusted": ["email"]},
                 {"id": "OTHER", "verify_key": "%s"}]
                """
                        .formatted(World.verifyKey(agent), World.verifyKey(OTHER)));
    }

    @BeforeEach
    void open() {
        world = new World(folder.resolve("dsr.json"));
        token = token(AGENT, "AGENT");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static ObjectNode envelope(String agent) {
        return Json.made()
                .put("agent-id", agent)
                .put("business-id", "KORAX")
                .put("issued-at", World.NOW.minusSeconds(1).toString())
                .put("expires-at", "2026-03-02T13:10:00.000000+01:00")
                .put("drp.version", "0.9.4");
    }

    private static ObjectNode valid() {
        return envelope("AGENT")
                .put("agent-request-id", "7f2f9f2c-3b58-4a92-8f3d-2f0f5a1b0c11")
                .put("exercise", "deletion")
                .put("regime", "ccpa")
                .put("name", "Vera Example")
                .put("email", "vera@example.net")
                .put("email_verified", true);
    }

    private HttpResponse<String> setUp(String agent, String blob) {
        return world.send("POST", ROOT + "agent/" + agent, blob, "Content-Type", "text/plain");
    }

    private String token(KeyPair keys, String agent) {
        return json(setUp(agent, blob(keys, changed(envelope(agent), it -> it))))
                .path("token")
                .asText();
    }

    private HttpResponse<String> exercise(String bearer, String blob) {
        return world.send(
                "POST",
                ROOT + "data-rights-request",
                blob,
                "Content-Type",
                "text/plain",
                "Authorization",
                "Bearer " + bearer);
    }

    private HttpResponse<String> exercised(UnaryOperator<ObjectNode> change) {
        return exercise(token, blob(AGENT, changed(valid(), change)));
    }

    private HttpResponse<String> status(String bearer, String request) {
        return world.send("GET", ROOT + "data-rights-request/" + request, null, "Authorization", "Bearer " + bearer);
    }

    @Test
    void givesAnAgentATokenThatIsGoodForItAlone() {
        assertThat(token).startsWith("AGENT.");
        HttpResponse<String> good = world.send("GET", ROOT + "agent/AGENT", null, "Authorization", "Bearer " + token);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).isEqualTo("{}");
        assertThat(world.send("GET", ROOT + "agent/OTHER", null, "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(403);
        assertThat(world.send("GET", ROOT + "agent/AGENT", null).statusCode()).isEqualTo(401);
        for (String forged :
                List.of(token.replace("AGENT", "OTHER"), token.substring(0, token.length() - 2) + "AA", "AGENT.x.y")) {
            assertThat(world.send("GET", ROOT + "agent/AGENT", null, "Authorization", "Bearer " + forged)
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(world.send("GET", "anyip/drp/v1/agent/AGENT", null, "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void refusesATokenWithoutABodyWhereTheMessageIsNotRight() {
        String right = changed(envelope("AGENT"), it -> it.put("nonce", 1));
        List<HttpResponse<String>> refused = List.of(
                setUp("AGENT", "%%%"),
                setUp("AGENT", Base64.getEncoder().encodeToString(new byte[64])),
                setUp("AGENT", blob(STRANGER, right)),
                setUp("OTHER", blob(OTHER, right)),
                setUp("NOBODY", blob(AGENT, right)),
                setUp("AGENT", blob(AGENT, changed(envelope("AGENT"), it -> it.put("business-id", "ANYIP")))),
                setUp(
                        "AGENT",
                        blob(AGENT, changed(envelope("AGENT"), it -> it.put("expires-at", "2026-03-02T12:00:00Z")))),
                setUp(
                        "AGENT",
                        blob(AGENT, changed(envelope("AGENT"), it -> it.put("issued-at", "2026-03-02T12:01:00Z")))));
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).isEmpty();
        });
        assertThat(setUp("AGENT", blob(AGENT, right)).statusCode()).isEqualTo(200);
        assertThat(setUp("AGENT", blob(AGENT, right)).statusCode()).isEqualTo(403);
    }

    @Test
    void aRequestThatWasSeenOnItsWayIsNeitherAKeySetupNorARevocation() {
        String message = blob(AGENT, changed(valid(), it -> it));
        HttpResponse<String> refused = setUp("AGENT", message);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).isEmpty();
        exercise(token, message);
        assertThat(revoke(token, world.only().id().toString(), message).statusCode())
                .isEqualTo(400);
        assertThat(world.only().closing()).isEmpty();
    }

    @Test
    void aTokenEndsWithTheKeyOfTheAgent() {
        try {
            directory(STRANGER);
            try (World later = new World(folder.resolve("dsr.json"))) {
                assertThat(later.send("GET", ROOT + "agent/AGENT", null, "Authorization", "Bearer " + token)
                                .statusCode())
                        .isEqualTo(401);
            }
        } finally {
            directory(AGENT);
        }
    }

    @Test
    void takesARequest() {
        HttpResponse<String> answer = exercised(it -> it);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode status = json(answer);
        assertThat(status.path("request_id").asText())
                .isEqualTo(world.only().id().toString());
        assertThat(status.path("agent_request_id").asText()).isEqualTo("7f2f9f2c-3b58-4a92-8f3d-2f0f5a1b0c11");
        assertThat(status.path("status").asText()).isEqualTo("in_progress");
        assertThat(status.path("received_at").asText()).isEqualTo("2026-03-02T12:00:00Z");
        assertThat(status.path("expected_by").asText()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(world.opened).singleElement().satisfies(ask -> {
            assertThat(ask.identified()).isEqualTo(Map.of("email", "vera@example.net"));
            assertThat(ask.type()).isEqualTo(Type.ERASURE);
            assertThat(ask.place()).isEqualTo("US-CA");
            assertThat(ask.caller().name()).isEqualTo("drp.AGENT");
        });
        assertThat(status(token, status.path("request_id").asText()).body()).isEqualTo(answer.body());
    }

    @Test
    void theWordOfAnAgentCountsWhereTheDirectoryTrustsItWithEverythingThatWasLookedFor() {
        String unverified = exercised(it -> it.put("email_verified", false).put("agent-request-id", "a"))
                .body();
        exercised(it -> it.put("email_verified", "yes").put("agent-request-id", "b"));
        exercised(it -> it.put("agent-request-id", "c").without("email_verified"));
        exercised(it -> it.put("phone_number", "+15550100")
                .put("phone_number_verified", true)
                .put("agent-request-id", "d"));
        exercise(token(OTHER, "OTHER"), blob(OTHER, changed(valid(), it -> it.put("agent-id", "OTHER"))));
        assertThat(world.opened).hasSize(5);
        assertThat(world.vouched).isEmpty();
        String verified = exercised(it -> it.put("agent-request-id", "e")).body();
        assertThat(world.vouched).hasSize(1);
        assertThat(verified.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}|\"e\"", ""))
                .isEqualTo(unverified.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}|\"a\"", ""));
    }

    @Test
    void takesEveryRightItKnows() {
        Map<String, Type> rights =
                Map.of("access", Type.ACCESS, "sale:opt_out", Type.OPT_OUT, "sale:opt-out", Type.OPT_OUT);
        rights.forEach((word, type) -> {
            assertThat(exercised(it -> it.put("exercise", word)
                                    .put("agent-request-id", word)
                                    .put("phone_number", "+15550100"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(world.opened.get(world.opened.size() - 1).type()).isEqualTo(type);
            assertThat(world.opened.get(world.opened.size() - 1).identified())
                    .isEqualTo(Map.of("email", "vera@example.net", "phone", "+15550100"));
        });
    }

    @Test
    void checksTheStepsInTheirOrder() {
        // each message is wrong in one step and in all that follow it; the first one decides
        ObjectNode wrong = valid().put("agent-id", "OTHER")
                .put("business-id", "ANYIP")
                .put("issued-at", "2026-03-02T12:01:00Z")
                .put("expires-at", "2026-03-02T11:00:00Z");
        assertRefused(exercise(token, "not Base64!"), 400, "the message must be in Base64");
        assertRefused(
                exercise(token, blob(STRANGER, changed(wrong, it -> it))),
                403,
                "the signature is not that of the agent");
        assertRefused(
                exercise(token, blob(AGENT, changed(wrong, it -> it))), 403, "agent-id is not the agent of the token");
        assertRefused(
                exercise(token, blob(AGENT, changed(wrong, it -> it.put("agent-id", "AGENT")))),
                403,
                "business-id is not this business");
        assertRefused(
                exercise(token, blob(AGENT, changed(wrong, it -> it.put("agent-id", "AGENT")
                        .put("business-id", "KORAX")))),
                400,
                "issued-at is in the future");
        HttpResponse<String> expired = exercise(token, blob(AGENT, changed(wrong, it -> it.put("agent-id", "AGENT")
                .put("business-id", "KORAX")
                .put("issued-at", "2026-03-02T12:00:05Z"))));
        assertRefused(expired, 400, "expires-at has passed");
        assertThat(json(expired).path("fatal").asBoolean()).isTrue();
        assertThat(world.opened).isEmpty();
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String text) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("code").asText()).isEqualTo(Integer.toString(status));
        assertThat(json(answer).path("message").asText()).isEqualTo(text);
    }

    @Test
    void anAgentCannotPassOnTheMessageOfAnother() {
        String other = token(OTHER, "OTHER");
        String message = blob(AGENT, changed(valid(), it -> it));
        assertThat(exercise(other, message).statusCode()).isEqualTo(403);
        assertThat(world.opened).isEmpty();
    }

    @Test
    void theEdgesOfTime() {
        assertThat(exercised(it -> it.put("issued-at", "2026-03-02T12:00:05.123456Z"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(exercised(it -> it.put("issued-at", "2026-03-02T12:00:05.123457Z"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(exercised(it -> it.put("agent-request-id", "b").put("expires-at", "2026-03-02T12:00:00.123457Z"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(exercised(it -> it.put("agent-request-id", "c").put("expires-at", "2026-03-02T12:00:00.123456Z"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theSameMessageAgainIsTheSameRequestAndAnotherOfItsNameIsRefused() {
        String first = exercised(it -> it).body();
        world.time.set(World.NOW.plusSeconds(60));
        assertThat(exercised(it -> it).body()).isEqualTo(first);
        assertThat(exercised(it -> it.put("exercise", "access")).statusCode()).isEqualTo(409);
        assertThat(world.opened).hasSize(1);
        String nameless = blob(AGENT, changed(valid(), it -> it.without("agent-request-id")));
        assertThat(json(exercise(token, nameless)).has("agent_request_id")).isFalse();
        assertThat(exercise(token, nameless).statusCode()).isEqualTo(200);
        assertThat(world.opened).hasSize(2);
    }

    @Test
    void refusesWhatItDoesNotUnderstandAndRepeatsNothing() {
        List<UnaryOperator<ObjectNode>> changes = List.of(
                it -> it.without("drp.version"),
                it -> it.put("drp.version", "0.5"),
                it -> it.without("exercise"),
                it -> it.put("exercise", "sale:opt_in"),
                it -> it.put("regime", "lgpd"),
                it -> it.put("status_callback", "http://169.254.169.254/latest"),
                it -> it.without(List.of("email")),
                it -> it.put("email", 7),
                it -> it.put("email", "x".repeat(321)),
                it -> it.put("issued-at", "now"),
                it -> it.put("agent-request-id", "x".repeat(256)));
        for (UnaryOperator<ObjectNode> change : changes) {
            HttpResponse<String> answer = exercised(change);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("Vera", "vera", "169.254");
        }
        assertThat(world.opened).isEmpty();
    }

    @Test
    void refusesHostileMessages() {
        for (String json : List.of("", "[]", "{", "{\"a\":1,\"a\":2}", "{\"a\":".repeat(300) + "1" + "}".repeat(300))) {
            assertThat(exercise(token, blob(AGENT, json)).statusCode()).as(json).isEqualTo(400);
        }
        assertThat(exercise(token, "").statusCode()).isEqualTo(400);
        assertThat(exercise(token, "A".repeat(Body.LIMIT + 1)).statusCode()).isEqualTo(413);
        assertThat(world.send(
                                "POST",
                                ROOT + "data-rights-request",
                                "{}",
                                "Content-Type",
                                "application/json",
                                "Authorization",
                                "Bearer " + token)
                        .statusCode())
                .isEqualTo(415);
        assertThat(world.opened).isEmpty();
    }

    @Test
    void oneChangedBitAnywhereIsRefused() {
        byte[] blob = Base64.getDecoder().decode(blob(AGENT, changed(valid(), it -> it)));
        for (int i = 0; i < blob.length; i += 7) {
            byte[] changed = blob.clone();
            changed[i] ^= 4;
            assertThat(exercise(token, Base64.getEncoder().encodeToString(changed))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(world.opened).isEmpty();
    }

    @Test
    void openRequestsLookAlikeAndTheEndIsTold() {
        String received = exercised(it -> it).body();
        UUID id = world.only().id();
        for (State open : List.of(State.VERIFYING, State.OPEN)) {
            world.end(id, open, Optional.empty());
            assertThat(status(token, id.toString()).body()).isEqualTo(received);
        }
        world.end(id, State.FULFILLED, Optional.empty());
        assertThat(json(status(token, id.toString())).path("status").asText()).isEqualTo("fulfilled");
        Map<Ground, String> reasons = Map.of(
                Ground.UNVERIFIED, "insuf_verification",
                Ground.EXCESSIVE, "too_many_requests",
                Ground.LEGAL_OBLIGATION, "claim_not_covered",
                Ground.UNFOUNDED, "other");
        reasons.forEach((ground, reason) -> {
            world.end(id, State.REFUSED, Optional.of(ground));
            JsonNode denied = json(status(token, id.toString()));
            assertThat(denied.path("status").asText()).isEqualTo("denied");
            assertThat(denied.path("reason").asText()).isEqualTo(reason);
        });
    }

    @Test
    void anotherAgentAndNobodyGetTheSameAnswer() {
        exercised(it -> it);
        String other = token(OTHER, "OTHER");
        HttpResponse<String> others = status(other, world.only().id().toString());
        HttpResponse<String> nobodys = status(other, UUID.randomUUID().toString());
        HttpResponse<String> no = status(other, "no-uuid");
        assertThat(others.statusCode()).isEqualTo(403);
        assertThat(nobodys.body()).isEqualTo(others.body()).isEqualTo(no.body());
    }

    @Test
    void revokesARequestOfItsOwnWithASignedMessage() {
        exercised(it -> it);
        String id = world.only().id().toString();
        String other = token(OTHER, "OTHER");
        String reason = "{\"reason\":\"I changed my mind\"}";
        assertThat(revoke(token, id, blob(STRANGER, reason)).statusCode()).isEqualTo(403);
        assertThat(revoke(token, id, reason).statusCode()).isEqualTo(400);
        assertThat(revoke(other, id, blob(OTHER, reason)).statusCode()).isEqualTo(403);
        assertThat(revoke(token, id, blob(AGENT, "{\"business-id\":\"ANYIP\"}")).statusCode())
                .isEqualTo(403);
        assertThat(world.only().closing()).isEmpty();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = revoke(token, id, blob(AGENT, reason));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).path("status").asText()).isEqualTo("revoked");
        }
        world.end(world.only().id(), State.FULFILLED, Optional.empty());
        assertThat(revoke(token, id, blob(AGENT, reason)).statusCode()).isEqualTo(409);
    }

    private HttpResponse<String> revoke(String bearer, String id, String blob) {
        return world.send(
                "DELETE",
                ROOT + "data-rights-request/" + id,
                blob,
                "Content-Type",
                "text/plain",
                "Authorization",
                "Bearer " + bearer);
    }
}
