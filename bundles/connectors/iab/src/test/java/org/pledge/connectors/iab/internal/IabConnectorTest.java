package org.pledge.connectors.iab.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.connectors.outlet.Outlet;
import org.pledge.connectors.outlet.Outlet.Ended;
import org.pledge.crypto.LookupTokens;
import org.pledge.dsr.internal.KoraxTokens;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.DeletionTokens;
import org.pledge.simulators.Simulator;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Against a recipient of the framework in a process of its own, which verifies by itself. */
class IabConnectorTest {
    private static final Map<String, Object> REMOVAL =
            Map.of("PledgeKind", "WITHDRAWAL", "PledgeDisclosure", "n-1", "PledgeIdempotencyKey", "n-1");
    private static final Map<String, List<String>> NOTICE =
            Map.of("disclosures", List.of("d-1"), "fields", List.of("email"));
    private static final Instant CREATED = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    private static Path folder;

    private static DeletionTokens tokens;
    private static Simulator vendor;

    private final Outlet outlet = new Outlet();
    private boolean known;
    private IabConnector connector;
    private int before;

    @BeforeAll
    static void start() {
        tokens = KoraxTokens.made(folder, Clock.systemUTC());
        vendor = Simulator.start("DeletionPartner", folder);
    }

    @AfterAll
    static void end() {
        vendor.close();
    }

    @BeforeEach
    void open() {
        connector = connector(tokens);
        outlet.add(connector);
        outlet.secret("korax.parcel-post.keys", vendor.said("KEYS").getBytes(StandardCharsets.UTF_8));
        before = vendor.received(".body").size();
    }

    @AfterEach
    void close() {
        outlet.close();
    }

    private IabConnector connector(DeletionTokens with) {
        return new IabConnector(outlet.secrets(), new Pseudonyms(), new AtOnce(), people(), with);
    }

    private static final class Pseudonyms implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return (use + value.length).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            throw new AssertionError("unexpected");
        }
    }

    private static final class AtOnce implements Transactions {
        @Override
        public <T> T required(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }

        @Override
        public void afterRollback(Runnable action) {
            throw new AssertionError("unexpected");
        }
    }

    private SubjectStore people() {
        return (SubjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SubjectStore.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("knows")) {
                        throw new AssertionError("unexpected call of " + method);
                    }
                    return known;
                });
    }

    private static Partner partner(String path) {
        return partner(Map.of("path", path));
    }

    private static Partner partner(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(
                Map.of("domain", "partner.example", "identifier-type", "customer_id", "identifier-format", "raw"));
        settings.putAll(more);
        return Outlet.partner("iab-deletion", "http://127.0.0.1:" + vendor.port() + "/inbox", settings);
    }

    private Ended tell(String path) {
        return outlet.deliver(connector, partner(path), NOTICE, REMOVAL);
    }

    private String asked() {
        return text(vendor.received(".body").get(before));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode claims(String token) {
        return json(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return new ObjectMapper().readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRemovalIsARequestThatThePartnerVerifiesAndWeVerifyWhatItSays() {
        assertThat(tell("/delete").result()).isEqualTo(Result.DELIVERED);
        assertThat(vendor.received(".result")).last().satisfies(file -> assertThat(text(file))
                .isEqualTo("0"));
        JsonNode request = claims(asked());
        assertThat(request.path("version").asText()).isEqualTo("1.0");
        assertThat(request.path("iss").asText()).isEqualTo("korax.example");
        assertThat(request.path("jti").asText()).isEqualTo("n-1");
        assertThat(Instant.ofEpochSecond(request.path("iat").asLong()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(2)), Instant.now());
        JsonNode identity = claims(request.path("idJWT").asText());
        assertThat(identity.path("iss").asText()).isEqualTo("korax.example");
        assertThat(identity.path("jti").asText()).isEqualTo("id-n-1");
        assertThat(identity.path("iat").asLong()).isEqualTo(CREATED.getEpochSecond());
        assertThat(identity.has("idJWT")).isFalse();
        assertThat(identity.path("sub")).isEqualTo(request.path("sub"));
        assertThat(request.path("sub").path("identifierType").asText()).isEqualTo("customer_id");
        assertThat(request.path("sub").path("identifierFormat").asText()).isEqualTo("raw");
    }

    @Test
    void thePartnerKnowsThePersonByTheNameThatCameWithTheData() {
        known = true;
        assertThat(outlet.deliver(connector, partner("/delete"), Map.of("email", List.of("vera@example.net")))
                        .result())
                .isEqualTo(Result.DELIVERED);
        known = false;
        tell("/delete");
        List<Path> events = vendor.received(".event");
        JsonNode event = json(text(events.get(events.size() - 1)).getBytes(StandardCharsets.UTF_8));
        assertThat(event.path("data").path("fields").path("email").asText()).isEqualTo("vera@example.net");
        assertThat(event.path("subject").asText())
                .isNotEmpty()
                .isEqualTo(claims(asked()).path("sub").path("identifierValue").asText());
        assertThat(claims(asked()).toString()).doesNotContain("018f0000-0000-7000-8000-000000000001", "vera");
    }

    @Test
    void whatIsSaidOfSomebodyWhoStaysIsNoDeletion() {
        known = true;
        assertThat(tell("/delete").result()).isEqualTo(Result.DELIVERED);
        assertThat(vendor.received(".body")).hasSize(before);
    }

    @Test
    void aRepetitionHasTheSameNamesAndTheSameReason() {
        tell("/delete");
        tell("/delete");
        JsonNode first = claims(asked());
        JsonNode second = claims(text(vendor.received(".body").get(before + 1)));
        assertThat(second.path("jti")).isEqualTo(first.path("jti"));
        assertThat(second.path("sub")).isEqualTo(first.path("sub"));
        assertThat(claims(second.path("idJWT").asText()))
                .isEqualTo(claims(first.path("idJWT").asText()));
    }

    @Test
    void anAcknowledgementMayComeInJson() {
        assertThat(tell("/delete/json").result()).isEqualTo(Result.DELIVERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other-key", "other-issuer", "other-request", "old", "early", "nothing", "huge"})
    void whatIsNotThePartnersAcknowledgementOfThisRequestIsNoDelivery(String how) {
        assertThat(tell("/delete/" + how).result()).isEqualTo(Result.FAILED);
        assertThat(text(vendor.received(".result").get(before)))
                .as("it took it")
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void whatItRefusesIsNotTriedAgain(int code) {
        assertThat(tell("/delete/code/" + code).result()).isEqualTo(Result.REFUSED);
    }

    @Test
    void withoutKeysOfBothSidesNothingIsSent() {
        for (String keys :
                List.of("", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AA\"}]}")) {
            outlet.secret("korax.parcel-post.keys", keys.getBytes(StandardCharsets.UTF_8));
            assertUnavailable(tell("/delete"));
        }
        try (Outlet other = new Outlet()) {
            IabConnector keyless = new IabConnector(other.secrets(), new Pseudonyms(), new AtOnce(), people(), tokens);
            other.add(keyless);
            assertUnavailable(other.deliver(keyless, partner("/delete"), NOTICE, REMOVAL));
            other.secret("korax.parcel-post.keys", vendor.said("KEYS").getBytes(StandardCharsets.UTF_8));
            Map<String, Object> ofAnother = new HashMap<>(REMOVAL);
            ofAnother.put("PledgeTenant", "anyip");
            assertUnavailable(other.deliver(keyless, partner("/delete"), NOTICE, ofAnother));
        }
        assertThat(vendor.received(".body")).hasSize(before);
    }

    private static void assertUnavailable(Ended ended) {
        assertThat(ended.result()).isEqualTo(Result.FAILED);
        assertThat(ended.exchange().getException()).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE);
            assertThat(e.remedy()).isNotBlank();
        });
    }

    @Test
    void refusesSettingsThatCouldBeMisread() {
        for (Map<String, String> wrong : List.of(
                Map.of("path", "delete"),
                Map.of("path", "/delete?x=1"),
                Map.of("path", "//evil.example"),
                Map.of("path", "/delete", "domain", "a b"),
                Map.of("path", "/delete", "identifier-type", ""),
                Map.of("path", "/delete", "identifier-format", "a}}"),
                Map.of("path", "/delete", "other", "x"))) {
            assertThatThrownBy(() -> connector.check(partner(wrong)))
                    .as(wrong.toString())
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.remedy()).isNotBlank());
        }
        for (String missing : List.of("path", "domain", "identifier-type", "identifier-format")) {
            Map<String, String> settings = new HashMap<>(partner("/delete").settings());
            settings.remove(missing);
            assertThatThrownBy(() -> connector.check(Outlet.partner("iab-deletion", "https://v.example/in", settings)))
                    .hasMessageContaining("settings." + missing + " is missing");
        }
        Partner clear = Outlet.partner(
                "iab-deletion", "http://v.example/in", partner("/d").settings());
        assertThatThrownBy(() -> connector.check(clear)).isInstanceOf(PledgeException.class);
        assertThat(connector.parameters(Outlet.partner(
                        "iab-deletion",
                        "https://v.example:8443/in",
                        partner("/d").settings())))
                .containsEntry("deletion", "https://v.example:8443/d");
    }
}
