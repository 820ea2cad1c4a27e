package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.dsr.internal.World.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.State;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;

/** Who sent a request is told when its status changes. */
class CallbacksTest {
    private static final String ID = "a7551968-d5d6-44b2-9831-815ac9017798";
    private static final String URL = "https://acme.example/opendsr_callbacks";
    private static final String AGENT_URL = "https://agent.example/update_status";
    private static final KeyPair AGENT = World.ed25519();

    @TempDir
    private static Path folder;

    private static Signer korax;
    private World world;

    @BeforeAll
    static void files() {
        korax = World.signer(folder, "korax", "-keyalg", "RSA", "-keysize", "2048");
        World.write(folder, "agents.json", "[{\"id\": \"CR_AA\", \"verify_key\": \"" + World.verifyKey(AGENT) + "\"}]");
        World.write(folder, "dsr.json", settings(URL));
    }

    private static String settings(String url) {
        return """
                {"korax": {
                   "address": "https://privacy.korax.example/dsr/korax",
                   "categories": {"email": "email"},
                   "signing": {"keystore": "korax.p12", "passwordFile": "password"},
                   "opendsr": {"controllers": {"acme": {"callbacks": {"acme-callbacks": "%s"}}, "other": {}}},
                   "drp": {"business": "KORAX", "directory": "agents.json", "callbacks": {
                     "CR_AA": {"agent-callbacks": "https://agent.example/update_status"}}}}}
                """
                .formatted(url);
    }

    @BeforeEach
    void open() {
        world = new World(folder.resolve("dsr.json"));
        world.addresses.put("acme-callbacks", URI.create(URL));
        world.addresses.put("agent-callbacks", URI.create(AGENT_URL));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private HttpResponse<String> send(String credential, String id, String... urls) {
        ObjectNode request = Json.made()
                .put("regulation", "gdpr")
                .put("subject_request_id", id)
                .put("subject_request_type", "erasure")
                .put("submitted_time", "2026-03-01T15:00:00Z");
        request.putArray("subject_identities")
                .addObject()
                .put("identity_type", "email")
                .put("identity_value", "vera@example.net")
                .put("identity_format", "raw");
        List.of(urls).forEach(request.putArray("status_callback_urls")::add);
        return world.send(
                "POST",
                "korax/opendsr/v2/requests",
                new String(Json.bytes(request), StandardCharsets.UTF_8),
                "Authorization",
                "Bearer korax." + credential + ".PARTNER",
                "Content-Type",
                "application/json");
    }

    private void asked() {
        assertThat(send("acme", ID, URL).statusCode()).isEqualTo(201);
    }

    private void later(Duration by) {
        world.time.updateAndGet(at -> at.plus(by));
        world.tell();
    }

    private UUID request() {
        return world.only().id();
    }

    private static JsonNode word(Call call) {
        return Json.object(call.body());
    }

    private List<String> statuses() {
        return world.calls.stream()
                .map(call -> word(call).path("request_status").asText())
                .toList();
    }

    @Test
    void tellsAControllerOfItsRequestSigned() {
        asked();
        later(Duration.ofMinutes(2));
        assertThat(world.calls).as("pending is known by the receipt").isEmpty();
        world.end(request(), State.FULFILLED, Optional.empty());
        later(Duration.ofMinutes(2));
        Call call = world.calls.get(0);
        assertThat(call.partner()).isEqualTo("acme-callbacks");
        assertThat(call.matter()).isEmpty();
        assertThat(call.headers()).containsEntry("X-OpenDSR-Processor-Domain", "privacy.korax.example");
        assertThat(Signer.verifies(
                        korax.certificate(), call.body(), call.headers().get("X-OpenDSR-Signature")))
                .isTrue();
        assertThat(word(call).path("controller_id").asText()).isEqualTo("acme");
        assertThat(word(call).path("status_callback_url").asText()).isEqualTo(URL);
        assertThat(word(call).path("subject_request_id").asText()).isEqualTo(ID);
        assertThat(word(call).path("request_status").asText()).isEqualTo("completed");
        assertThat(word(call).has("expected_completion_time")).isTrue();
        assertThat(world.leaves)
                .filteredOn(leaf -> leaf.act() == Act.STATUS_TOLD)
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details())
                        .containsEntry("partner", "acme-callbacks")
                        .containsEntry("status", "completed"));
    }

    @Test
    void tellsEachStatusOnceAndNothingAfterTheEnd() {
        asked();
        asked();
        world.end(request(), State.REFUSED, Optional.of(Ground.UNVERIFIED));
        for (int i = 0; i < 5; i++) {
            later(Duration.ofDays(2));
        }
        assertThat(statuses()).containsExactly("cancelled");
        assertThat(word(world.calls.get(0)).path("extensions").findValuesAsText("ground"))
                .containsExactly("unverified");
        asked();
        later(Duration.ofDays(2));
        assertThat(statuses()).as("it was told").containsExactly("cancelled");
    }

    @Test
    void aCallbackThatFailsIsTriedAgainEverMoreSeldom() {
        asked();
        world.end(request(), State.FULFILLED, Optional.empty());
        world.answer.set(call -> new Reply(End.ANSWERED, 500, new byte[0]));
        later(Duration.ofMinutes(1));
        assertThat(world.calls).hasSize(1);
        later(Duration.ofSeconds(29));
        assertThat(world.calls).hasSize(1);
        later(Duration.ofSeconds(1));
        assertThat(world.calls).hasSize(2);
        later(Duration.ofSeconds(59));
        assertThat(world.calls).hasSize(2);
        world.answer.set(call -> new Reply(End.UNKNOWN, 0, new byte[0]));
        later(Duration.ofSeconds(1));
        world.answer.set(call -> {
            throw new PledgeException(Kind.UNAVAILABLE, "no route");
        });
        later(Duration.ofMinutes(2));
        world.answer.set(call -> new Reply(End.ANSWERED, 200, new byte[0]));
        later(Duration.ofMinutes(4));
        assertThat(statuses()).hasSize(5).containsOnly("completed");
        assertThat(world.calls.stream().map(Call::key).distinct()).hasSize(1);
        later(Duration.ofDays(2));
        assertThat(world.calls).hasSize(5);
    }

    @Test
    void oneThatIsNeverTakenIsRecordedOnceAndGoesOnDaily() {
        asked();
        world.end(request(), State.FULFILLED, Optional.empty());
        world.answer.set(call -> new Reply(End.ANSWERED, 404, new byte[0]));
        for (int i = 0; i < 20; i++) {
            later(Duration.ofHours(7));
        }
        int tries = world.calls.size();
        assertThat(world.leaves.stream().map(Leaf::act)).containsExactly(Act.STATUS_UNTOLD);
        later(Duration.ofHours(23));
        later(Duration.ofHours(1));
        assertThat(world.calls).hasSize(tries + 1);
    }

    @Test
    void anOlderStatusIsNotToldAfterANewerOne() {
        asked();
        world.answer.set(call -> new Reply(End.ANSWERED, 500, new byte[0]));
        world.end(request(), State.WITHDRAWN, Optional.empty());
        later(Duration.ofMinutes(1));
        world.end(request(), State.FULFILLED, Optional.empty());
        world.answer.set(call -> new Reply(End.ANSWERED, 200, new byte[0]));
        later(Duration.ofMinutes(1));
        later(Duration.ofDays(1));
        assertThat(statuses()).containsExactly("cancelled", "completed");
    }

    @Test
    void onlyAddressesThatWereAgreedOnAreTold() {
        for (String url : List.of(
                "http://169.254.169.254/latest",
                AGENT_URL,
                URL + "/",
                "https://acme.example.evil.example/opendsr_callbacks")) {
            HttpResponse<String> answer = send("acme", ID, url);
            assertThat(answer.statusCode()).as(url).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("169.254", "evil");
        }
        assertThat(send("other", ID, URL).statusCode()).isEqualTo(400);
        assertThat(send("acme", ID, URL, "https://other.example/cb").statusCode())
                .isEqualTo(400);
        assertThat(world.opened).isEmpty();
    }

    @Test
    void nothingGoesToAnEndpointThatIsNotWhatWasAgreedOn() {
        asked();
        world.end(request(), State.FULFILLED, Optional.empty());
        world.addresses.put("acme-callbacks", URI.create("https://acme.example/other"));
        later(Duration.ofMinutes(1));
        world.addresses.clear();
        later(Duration.ofMinutes(1));
        assertThat(world.calls).isEmpty();
    }

    @Test
    void tellsAnAgentInTheFormOfTheProtocol() {
        String setUp = World.blob(AGENT, claims(Json.made()));
        String token = json(world.send("POST", "korax/drp/v1/agent/CR_AA", setUp, "Content-Type", "text/plain"))
                .path("token")
                .asText();
        ObjectNode request = Json.made()
                .put("agent-request-id", ID)
                .put("drp.version", "1.0")
                .put("exercise", "deletion")
                .put("email", "vera@example.net");
        assertThat(exercise(token, request.deepCopy().put("status_callback", URL))
                        .statusCode())
                .as("another's address")
                .isEqualTo(400);
        assertThat(exercise(token, request.put("status_callback", AGENT_URL)).statusCode())
                .isEqualTo(200);
        later(Duration.ofMinutes(2));
        assertThat(world.calls).as("in_progress is known by the answer").isEmpty();
        world.end(request(), State.EXTENDED, Optional.empty());
        later(Duration.ofMinutes(2));
        assertThat(word(world.calls.remove(0)).path("status").asText())
                .as("section 3.08")
                .isEqualTo("in_progress");
        world.end(request(), State.FULFILLED, Optional.empty());
        later(Duration.ofMinutes(2));
        later(Duration.ofMinutes(2));
        assertThat(world.calls).singleElement().satisfies(call -> {
            assertThat(call.partner()).isEqualTo("agent-callbacks");
            assertThat(call.headers()).isEmpty();
            assertThat(word(call).path("status").asText()).isEqualTo("fulfilled");
            assertThat(word(call).path("request_id").asText())
                    .isEqualTo(request().toString());
            assertThat(word(call).path("agent_request_id").asText()).isEqualTo(ID);
        });
    }

    private static String claims(ObjectNode more) {
        ObjectNode claims = Json.made()
                .put("agent-id", "CR_AA")
                .put("business-id", "KORAX")
                .put("issued-at", "2026-03-02T11:59:00Z")
                .put("expires-at", "2026-03-02T12:09:00Z");
        claims.setAll(more);
        return new String(Json.bytes(claims), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> exercise(String token, ObjectNode request) {
        return world.send(
                "POST",
                "korax/drp/v1/data-rights-request",
                World.blob(AGENT, claims(request)),
                "Content-Type",
                "text/plain",
                "Authorization",
                "Bearer " + token);
    }
}
