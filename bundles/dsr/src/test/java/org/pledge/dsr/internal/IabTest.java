package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.dsr.internal.World.changed;
import static org.pledge.dsr.internal.World.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.dsr.internal.IabMessage.Result;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.spi.DeletionTokens;
import org.pledge.sharing.spi.DeletionTokens.Asked;
import org.pledge.sharing.spi.DeletionTokens.Recipient;

/** The Data Deletion Request Framework, over HTTP. */
class IabTest {
    private static final String PATH = "korax/iab/v1/requests";

    @TempDir
    private static Path folder;

    private static Signer publisher;
    private static Signer vendor;
    private static Signer stranger;
    private World world;

    @BeforeAll
    static void files() {
        Signer korax = World.signer(folder, "korax", "-keyalg", "EC", "-groupname", "secp256r1");
        publisher = World.signer(folder, "publisher", "-keyalg", "RSA", "-keysize", "2048");
        vendor = World.signer(folder, "vendor", "-keyalg", "EC", "-groupname", "secp256r1");
        stranger = World.signer(folder, "stranger", "-keyalg", "RSA", "-keysize", "2048");
        World.write(
                folder,
                "dsr.json",
                """
                {"korax": {
                   "address": "https://privacy.korax.example/dsr/korax",
                   "categories": {"email": "email"},
                   "signing": {"keystore": "korax.p12", "passwordFile": "password"},
                   "iab": {"issuer": "korax.example", "jurisdiction": "US-CA", "parties": {
                     "publisher.example": {"keys": [%s], "firstParty": true, "trusted": ["email"]},
                     "vendor.example": {"keys": [%s]},
                     "korax.example": {"keys": [%s], "firstParty": true}}}}}
                """
                        .formatted(jwk(publisher), jwk(vendor), jwk(korax)));
    }

    private static ObjectNode jwk(Signer signer) {
        return new Jwk(signer.kid(), signer.certificate().getPublicKey()).written();
    }

    @BeforeEach
    void open() {
        world = new World(folder.resolve("dsr.json"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static ObjectNode claims(String issuer, String jti) {
        ObjectNode claims = Json.made()
                .put("version", "1.0")
                .put("jti", jti)
                .put("iss", issuer)
                .put("iat", World.NOW.getEpochSecond());
        claims.putObject("sub")
                .put("identifierType", "email")
                .put("identifierFormat", "raw")
                .put("identifierValue", "vera@example.net");
        return claims;
    }

    private static String token(Signer signer, ObjectNode claims) {
        return signer.token(Json.bytes(claims));
    }

    private static String idToken() {
        return token(publisher, claims("publisher.example", "id-1"));
    }

    private static ObjectNode request() {
        return claims("vendor.example", "rq-1").put("idJWT", idToken());
    }

    private HttpResponse<String> send(String token) {
        return world.send("POST", PATH, token, "Content-Type", "application/jwt", "Accept", "application/jwt");
    }

    private HttpResponse<String> sent(UnaryOperator<ObjectNode> change) {
        return send(vendor.token(changed(request(), change).getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode acknowledgement(HttpResponse<String> answer) {
        Jwt token = Jwt.read(answer.body());
        JsonNode key = json(world.send("GET", "korax/dsrdelete.json", null))
                .path("publicKey")
                .get(0);
        assertThat(token.isSignedBy(List.of(Jwk.read(key)))).isTrue();
        return token.claims();
    }

    private void assertFault(HttpResponse<String> answer, Result result) {
        JsonNode claims = acknowledgement(answer);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(claims.path("raResultCode").asInt())
                .as(claims.path("raResultString").asText())
                .isEqualTo(result.code());
        assertThat(claims.path("raResultString").asText()).isNotEmpty().doesNotContain("vera");
        assertThat(world.opened).isEmpty();
    }

    @Test
    void publishesWhatItTakesAndItsKey() {
        JsonNode file = json(world.send("GET", "korax/dsrdelete.json", null));
        assertThat(file.path("endpoint").asText()).isEqualTo("https://privacy.korax.example/dsr/korax/iab/v1/requests");
        assertThat(file.path("identifiers").findValuesAsText("type")).containsExactly("customer_id", "email");
        assertThat(file.path("publicKey").get(0).path("crv").asText()).isEqualTo("P-256");
        assertThat(file.path("publicKey").get(0).has("d")).isFalse();
        assertThat(file.path("vendorScriptRequirement").isBoolean()).isTrue();
        assertThat(world.send("GET", "anyip/dsrdelete.json", null).statusCode()).isEqualTo(404);
    }

    @Test
    void takesARequestThroughAVendorAndAcknowledgesIt() {
        String sent = vendor.token(Json.bytes(request()));
        HttpResponse<String> answer = send(sent);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/jwt");
        JsonNode claims = acknowledgement(answer);
        assertThat(claims.path("raResultCode").asInt()).isZero();
        assertThat(claims.path("rqJWT").asText()).isEqualTo(sent);
        assertThat(claims.path("iss").asText()).isEqualTo("korax.example");
        assertThat(claims.path("version").asText()).isEqualTo("1.0");
        assertThat(claims.path("iat").asLong()).isEqualTo(World.NOW.getEpochSecond());
        assertThat(world.opened).singleElement().satisfies(ask -> {
            assertThat(ask.type()).isEqualTo(Type.ERASURE);
            assertThat(ask.identified()).isEqualTo(Map.of("email", "vera@example.net"));
            assertThat(ask.place()).isEqualTo("US-CA");
            assertThat(ask.caller().name()).isEqualTo("iab.vendor.example");
        });
    }

    @Test
    void takesARequestOfTheFirstPartyItselfAsJson() {
        String sent = token(publisher, claims("publisher.example", "rq-9").put("idJWT", idToken()));
        HttpResponse<String> answer = world.send(
                "POST",
                PATH,
                changed(Json.made().put("rqJWT", sent), it -> it),
                "Content-Type",
                "application/json",
                "Accept",
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(Jwt.read(json(answer).path("acJWT").asText())
                        .claims()
                        .path("raResultCode")
                        .asInt(-1))
                .isZero();
        assertThat(world.opened).hasSize(1);
    }

    @Test
    void theWordOfATrustedFirstPartyCountsForWhatItNamedItself() {
        sent(it -> it);
        assertThat(world.vouched).hasSize(1);
        sent(it -> {
            ((ObjectNode) it.path("sub")).put("identifierValue", "alias@example.net");
            return it.put("jti", "rq-2");
        });
        assertThat(world.opened).hasSize(2);
        assertThat(world.vouched).hasSize(1);
    }

    @Test
    void theSameTokenAgainAndTheSameIdentityByAnotherWayAreOneRequest() {
        assertThat(sent(it -> it).statusCode()).isEqualTo(202);
        assertThat(sent(it -> it).statusCode()).isEqualTo(202);
        assertThat(send(token(publisher, claims("publisher.example", "rq-7").put("idJWT", idToken())))
                        .statusCode())
                .isEqualTo(202);
        assertThat(sent(it -> it.put("iat", World.NOW.getEpochSecond() - 1).put("idJWT", idToken()))
                        .statusCode())
                .as("signed anew")
                .isEqualTo(202);
        assertThat(world.opened).hasSize(1);
        HttpResponse<String> other = sent(it -> it.put("optionalParameters", "others"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(acknowledgement(other).path("raResultCode").asInt()).isEqualTo(Result.MALFORMED.code());
        assertThat(sent(it -> it.put("jti", "rq-2").put("idJWT", token(publisher, claims("publisher.example", "id-2"))))
                        .statusCode())
                .isEqualTo(202);
        assertThat(world.opened).hasSize(2);
    }

    @Test
    void takesWhatAPlatformLikeThisOneSendsAndRepeats() {
        String keys = json(world.send("GET", "korax/dsrdelete.json", null))
                .path("publicKey")
                .toString();
        Recipient ourselves = new Recipient(
                "korax.example", ("{\"keys\":" + keys + "}").getBytes(StandardCharsets.UTF_8), "email", "raw");
        for (Duration later : List.of(Duration.ZERO, Duration.ofMinutes(1))) {
            Clock clock = Clock.fixed(World.NOW.plus(later), ZoneOffset.UTC);
            Asked asked = new IabTokens(SettingsFile.read(folder.resolve("dsr.json")), clock)
                    .ask(World.KORAX, ourselves, "n-1", World.NOW, "vera@example.net");
            HttpResponse<String> answer = send(asked.token());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(asked.result(answer.body())).hasValue(DeletionTokens.TAKEN);
            assertThat(asked.result(send("nothing").body())).isEmpty();
        }
        assertThat(world.opened).hasSize(1);
    }

    @Test
    void tellsWhatIsMissing() {
        for (String name : List.of("version", "idJWT", "jti", "iss", "sub", "iat")) {
            assertFault(sent(it -> it.without(List.of(name))), Result.MALFORMED);
        }
        assertFault(sent(it -> it.put("version", "2.0")), Result.MALFORMED);
        assertFault(sent(it -> it.put("sub", "vera@example.net")), Result.MALFORMED);
        assertFault(sent(it -> it.put("iat", "today")), Result.MALFORMED);
        assertFault(
                sent(it -> it.put(
                        "idJWT",
                        token(publisher, claims("publisher.example", "id-1").without(List.of("jti"))))),
                Result.MALFORMED);
    }

    @Test
    void tellsWhatIsNoToken() {
        for (String text : List.of("", "a.b", "a.b.c", "....", "{}", "x".repeat(9000))) {
            assertFault(send(text), Result.TOKEN);
        }
        assertFault(sent(it -> it.put("idJWT", "nothing")), Result.TOKEN);
        assertThat(send("x".repeat(17_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void tellsWhoseSignatureItIsNot() {
        assertFault(send(stranger.token(Json.bytes(request()))), Result.SIGNATURE);
        assertFault(sent(it -> it.put("iss", "publisher.example")), Result.SIGNATURE);
        assertFault(sent(it -> it.put("iss", "stranger.example")), Result.SIGNATURE);
        assertFault(
                sent(it -> it.put("idJWT", token(stranger, claims("publisher.example", "id-1")))), Result.SIGNATURE);
        assertFault(sent(it -> it.put("idJWT", token(vendor, claims("vendor.example", "id-1")))), Result.SIGNATURE);
        String[] parts = vendor.token(Json.bytes(request())).split("\\.");
        String other = base64(Json.bytes(request().put("jti", "rq-2")));
        assertFault(send(parts[0] + "." + other + "." + parts[2]), Result.SIGNATURE);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void aRequestOfAFirstPartyIsNoWordOfAPerson() {
        String passedOn = token(publisher, claims("publisher.example", "rq-5").put("idJWT", idToken()));
        assertFault(sent(it -> it.put("idJWT", passedOn)), Result.MALFORMED);
    }

    @Test
    void whoPassesAnIdentityOnCarelesslyDoesNotTakeTheFirstPartysWordFromIt() {
        sent(it -> {
            ((ObjectNode) it.path("sub")).put("note", "passed on");
            return it;
        });
        assertThat(world.vouched).isEmpty();
        send(token(publisher, claims("publisher.example", "rq-6").put("idJWT", idToken())));
        assertThat(world.opened).hasSize(1);
        assertThat(world.vouched).containsExactly(world.only().id());
    }

    @Test
    void neverTakesTheTokensWordForItsAlgorithm() {
        String[] parts = vendor.token(Json.bytes(request())).split("\\.");
        for (String alg : List.of("none", "HS256", "RS256", "ES384")) {
            String header = base64(
                    Json.bytes(Json.made().put("typ", "JWT").put("alg", alg).put("kid", vendor.kid())));
            assertFault(send(header + "." + parts[1] + "." + parts[2]), Result.SIGNATURE);
        }
        String critical = base64(Json.bytes(
                Json.made().put("alg", "ES256").put("kid", vendor.kid()).set("crit", Json.made())));
        assertFault(send(critical + "." + parts[1] + "." + parts[2]), Result.SIGNATURE);
        String zero = base64(new byte[64]);
        assertFault(send(parts[0] + "." + parts[1] + "." + zero), Result.SIGNATURE);
    }

    @Test
    void tellsWhatItCannotLookFor() {
        assertFault(identified("idfa", "raw", "x"), Result.TYPE);
        assertFault(identified("phone", "e164", "+15550100"), Result.TYPE);
        assertFault(identified("email", "sha256", "28f6dc889e"), Result.FORMAT);
        assertFault(identified("email", "raw", "no address"), Result.FORMAT);
        assertFault(identified("customer_id", "uuid", "7"), Result.FORMAT);
    }

    private HttpResponse<String> identified(String type, String format, String value) {
        return sent(it -> {
            it.putObject("sub")
                    .put("identifierType", type)
                    .put("identifierFormat", format)
                    .put("identifierValue", value);
            return it;
        });
    }

    @Test
    void tellsWhenItIsTooEarlyOrTooLate() {
        long now = World.NOW.getEpochSecond();
        long day = Duration.ofDays(1).toSeconds();
        assertFault(sent(it -> it.put("iat", now + 61)), Result.TIME);
        assertFault(sent(it -> it.put("iat", now - day - 1)), Result.TIME);
        assertFault(sent(it -> it.put("iat", Long.MAX_VALUE)), Result.TIME);
        assertFault(
                sent(it -> it.put(
                        "idJWT",
                        token(publisher, claims("publisher.example", "id-1").put("iat", now - 46 * day)))),
                Result.TIME);
        assertThat(sent(it -> it.put("iat", now + 60)).statusCode()).isEqualTo(202);
    }

    @Test
    void whileAPartIsStoppedNothingIsAcknowledged() {
        world.stopped.add("store");
        HttpResponse<String> answer =
                world.send("POST", PATH, vendor.token(Json.bytes(request())), "Content-Type", "application/jwt");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).path("code").asInt()).isEqualTo(503);
    }
}
