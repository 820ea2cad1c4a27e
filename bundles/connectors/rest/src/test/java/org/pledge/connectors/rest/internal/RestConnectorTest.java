package org.pledge.connectors.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.simulators.Simulator;

class RestConnectorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:05Z");

    private final Map<String, byte[]> held = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicReference<Map<String, List<String>>> body =
            new AtomicReference<>(Map.of("name", List.of("Vera"), "email", List.of("a@b", "c@d")));
    private final AtomicInteger status = new AtomicInteger(204);
    private final RestConnector connector = new RestConnector(
            new PartnerSecrets() {
                @Override
                public Optional<byte[]> find(String name) {
                    return Optional.ofNullable(held.get(name));
                }

                @Override
                public byte[] findOrKeep(String name, Supplier<byte[]> first) {
                    return held.computeIfAbsent(name, missing -> first.get());
                }
            },
            new Clock() {
                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now.get();
                }
            });
    private HttpServer server;

    private record Received(String method, String path, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.get(name).get(0);
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Stands for the guard's component: hands in what the test sends, and releases everything. */
    private static final class Outbox extends DirectComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                throws Exception {
            parameters.clear();
            return super.createEndpoint(uri, remaining, parameters);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        camel.disableJMX();
        camel.addComponent("pledge", new Outbox());
        camel.start();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("pledge:release").to("log:released?showBody=false");
            }
        });
        camel.addRoutes(connector);
    }

    @AfterEach
    void stop() {
        camel.stop();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes()));
        exchange.getResponseHeaders().set("Retry-After", "120");
        exchange.sendResponseHeaders(status.get(), -1);
        exchange.close();
    }

    private static Partner partner(String endpoint, Map<String, String> settings) {
        return new Partner(
                new TenantId("korax"),
                "parcel-post",
                "shipping-partner",
                new Partner.Agreement(
                        Set.of("email"), Set.of("delivery"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty()),
                Partner.REST,
                URI.create(endpoint),
                settings,
                false,
                1);
    }

    private Partner here(Map<String, String> settings) {
        return partner("http://127.0.0.1:" + server.getAddress().getPort() + "/inbox", settings);
    }

    private Exchange deliver(Partner partner, String kind) throws Exception {
        Map<String, Object> parameters = new HashMap<>(connector.parameters(partner));
        parameters.put("tenant", partner.tenant().value());
        parameters.put("partner", partner.name());
        if (camel.getRoute("deliver") == null) {
            camel.addRouteFromTemplate("deliver", "pledge.rest", parameters);
        }
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            return template.send("pledge:outbox", exchange -> {
                exchange.getMessage().setBody(body.get());
                exchange.getMessage()
                        .setHeaders(new HashMap<>(Map.of(
                                "PledgeTenant", "korax",
                                "PledgePartner", "parcel-post",
                                "PledgeDisclosure", "d-1",
                                "PledgeIdempotencyKey", "k-1",
                                "PledgePurpose", "delivery",
                                "PledgeKind", kind,
                                "PledgeCreated", "2026-11-22T08:00:00Z",
                                "PledgeAttempt", 1)));
            });
        }
    }

    /** As a partner would, by the words of the standard. */
    private static String signature(Received message, String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.strip().replace("whsec_", "")), "HmacSHA256"));
        mac.update((message.header("Webhook-id") + "." + message.header("Webhook-timestamp") + "." + message.text())
                .getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal());
    }

    private String secret(String name) {
        return new String(held.get(name), StandardCharsets.US_ASCII);
    }

    @Test
    void sendsASignedCloudEvent() throws Exception {
        assertThat(deliver(here(Map.of()), "DISCLOSURE").getException()).isNull();
        assertThat(received).hasSize(1);
        Received message = received.get(0);
        assertThat(message.text())
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"k-1\",\"source\":\"/tenants/korax\","
                        + "\"type\":\"org.pledge.disclosure.v1\",\"time\":\"2026-11-22T08:00:00Z\","
                        + "\"datacontenttype\":\"application/json\",\"data\":{\"disclosure\":\"d-1\","
                        + "\"tenant\":\"korax\",\"purpose\":\"delivery\","
                        + "\"fields\":{\"email\":[\"a@b\",\"c@d\"],\"name\":\"Vera\"}}}");
        assertThat(message.method()).isEqualTo("POST");
        assertThat(message.path()).isEqualTo("/inbox");
        assertThat(message.headers())
                .containsEntry("Content-type", List.of("application/cloudevents+json"))
                .containsEntry("Webhook-id", List.of("k-1"))
                .containsEntry("Webhook-timestamp", List.of(Long.toString(NOW.getEpochSecond())))
                .containsEntry("Idempotency-key", List.of("k-1"))
                .containsEntry("Pledge-disclosure", List.of("d-1"))
                .containsEntry("Pledge-purpose", List.of("delivery"))
                .containsEntry("User-agent", List.of("Pledge"));
        assertThat(message.header("Webhook-signature")).isEqualTo(signature(message, secret("korax.parcel-post")));
    }

    @Test
    void sendsTheNoticeOfAWithdrawal() throws Exception {
        body.set(Map.of("disclosures", List.of("d-0"), "fields", List.of("email", "name")));
        deliver(here(Map.of()), "WITHDRAWAL");
        assertThat(received.get(0).text())
                .contains("\"type\":\"org.pledge.withdrawal.v1\"")
                .endsWith("\"data\":{\"notice\":\"d-1\",\"tenant\":\"korax\",\"disclosures\":[\"d-0\"],"
                        + "\"fields\":[\"email\",\"name\"]}}");
        assertThat(received.get(0).headers())
                .containsEntry("Pledge-notice", List.of("d-1"))
                .doesNotContainKeys("Pledge-disclosure", "Pledge-purpose");
    }

    @Test
    void sendsTheNoticeOfACorrection() throws Exception {
        body.set(Map.of("disclosures", List.of("d-0"), "stale", List.of("name"), "email", List.of("e@f")));
        deliver(here(Map.of()), "CORRECTION");
        assertThat(received.get(0).text())
                .contains("\"type\":\"org.pledge.correction.v1\"")
                .endsWith("\"data\":{\"notice\":\"d-1\",\"tenant\":\"korax\",\"disclosures\":[\"d-0\"],"
                        + "\"stale\":[\"name\"],\"fields\":{\"email\":\"e@f\"}}}");
    }

    @ParameterizedTest
    @CsvSource({"RESTRICTION, org.pledge.restriction.v1", "RESTRICTION_LIFTED, org.pledge.restriction-lifted.v1"})
    void sendsTheNoticeOfARestrictionAndOfItsEnd(String kind, String type) throws Exception {
        body.set(Map.of("disclosures", List.of("d-0"), "fields", List.of("email", "name")));
        assertThat(deliver(here(Map.of()), kind).getException()).isNull();
        assertThat(received.get(0).text())
                .contains("\"type\":\"" + type + "\"")
                .endsWith("\"data\":{\"notice\":\"d-1\",\"tenant\":\"korax\",\"disclosures\":[\"d-0\"],"
                        + "\"fields\":[\"email\",\"name\"]}}");
        assertThat(received.get(0).headers()).containsEntry("Pledge-notice", List.of("d-1"));
    }

    @Test
    void refusesWhatItDoesNotKnowInsteadOfSayingSomethingElse() throws Exception {
        Exchange exchange = deliver(here(Map.of()), "SUCCESSION");
        assertThat(exchange.getException()).hasMessageContaining("does not know this kind");
        assertThat(exchange.getMessage().getHeader("PledgeRefused")).isEqualTo(true);
        assertThat(received).isEmpty();
    }

    @Test
    void sendsTheSameBytesAtEveryTryUnderANewSignature() throws Exception {
        deliver(here(Map.of()), "DISCLOSURE");
        now.set(NOW.plusSeconds(300));
        deliver(here(Map.of()), "DISCLOSURE");
        assertThat(received).hasSize(2);
        assertThat(received.get(1).body()).isEqualTo(received.get(0).body());
        assertThat(received.get(1).header("Webhook-id"))
                .isEqualTo(received.get(0).header("Webhook-id"));
        assertThat(received.get(1).header("Webhook-signature"))
                .isNotEqualTo(received.get(0).header("Webhook-signature"))
                .isEqualTo(signature(received.get(1), secret("korax.parcel-post")));
    }

    /** The example of the Standard Webhooks documentation. */
    @Test
    void signsAsTheStandardsOwnExample() throws Exception {
        now.set(Instant.ofEpochSecond(1_614_265_330L));
        held.put("korax.example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".getBytes(StandardCharsets.US_ASCII));
        Exchange exchange = new DefaultExchange(camel);
        exchange.setProperty("credentials", "korax.example");
        exchange.getMessage().setHeader("PledgeIdempotencyKey", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        exchange.getMessage().setBody("{\"test\": 2432232314}");
        new Signature(secretsOf(held), Clock.fixed(now.get(), ZoneOffset.UTC)).process(exchange);
        assertThat(exchange.getMessage().getHeader("webhook-signature"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    private static PartnerSecrets secretsOf(Map<String, byte[]> held) {
        return new PartnerSecrets() {
            @Override
            public Optional<byte[]> find(String name) {
                return Optional.ofNullable(held.get(name));
            }

            @Override
            public byte[] findOrKeep(String name, Supplier<byte[]> first) {
                return held.get(name);
            }
        };
    }

    @Test
    void makesASecretOf32BytesOnce() throws Exception {
        deliver(here(Map.of()), "DISCLOSURE");
        String first = secret("korax.parcel-post");
        assertThat(first).matches("whsec_[A-Za-z0-9+/]{43}=\\n");
        deliver(here(Map.of()), "DISCLOSURE");
        assertThat(secret("korax.parcel-post")).isEqualTo(first);
    }

    @Test
    void signsUnderTheSecretThatThePartnerNames() throws Exception {
        deliver(here(Map.of("credentials", "korax.shared")), "DISCLOSURE");
        assertThat(held).containsOnlyKeys("korax.shared");
        assertThat(received.get(0).header("Webhook-signature"))
                .isEqualTo(signature(received.get(0), secret("korax.shared")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "hunter2"})
    void sendsNothingUnderASecretThatIsNone(String text) throws Exception {
        held.put("korax.parcel-post", text.getBytes(StandardCharsets.UTF_8));
        Exchange exchange = deliver(here(Map.of()), "DISCLOSURE");
        assertThat(exchange.getException())
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("korax.parcel-post");
        assertThat(exchange.getException().getMessage()).doesNotContain("hunter2");
        assertThat(received).isEmpty();
    }

    @Test
    void reportsTheStatusOfARefusal() throws Exception {
        status.set(409);
        Exchange exchange = deliver(here(Map.of()), "DISCLOSURE");
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(409);
    }

    @Test
    void showsWhenThePartnerWantsToBeAskedAgain() throws Exception {
        status.set(503);
        Exchange exchange = deliver(here(Map.of()), "DISCLOSURE");
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(503);
        assertThat(exchange.getMessage().getHeader("Retry-After")).isEqualTo("120");
    }

    @ParameterizedTest
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(strings = {"/flood/200", "/flood/500", "/head", "/line", "/drip/202", "/slow"})
    void givesUpAnAnswerThatHasNoEnd(String path, @TempDir Path folder) throws Exception {
        try (Simulator endless = Simulator.start("EndlessPartner", folder)) {
            Exchange exchange = deliver(partner("http://127.0.0.1:" + endless.port() + path, Map.of()), "DISCLOSURE");
            assertThat(exchange.getException()).isInstanceOf(IOException.class);
            assertThat(endless.received(".head")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://partner.example/in",
                "https://partner.example:8443/a/b",
                "https://partner.example",
                "http://127.0.0.1:8080/in",
                "http://localhost/in",
                "http://[::1]:8080/in"
            })
    void passesAPartner(String endpoint) {
        assertThatCode(() -> connector.check(partner(endpoint, Map.of()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example/in",
                "http://127.0.0.1.example/in",
                "https://user@partner.example/in",
                "https://partner.example/in?proxyHost=a",
                "https://partner.example/in?",
                "https://partner.example/in#a",
                "https://partner.example/%7B%7Benv:HOME%7D%7D",
                "https://partner.example/RAW(x)",
                "https://partner.example//in",
                "https://partner.example:65536/in",
                "https:partner.example/in",
                "ftp://partner.example/in"
            })
    void refusesAnAddressThatCouldBeMisread(String endpoint) {
        assertThatThrownBy(() -> connector.check(partner(endpoint, Map.of())))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID))
                .hasMessageContaining("endpoint");
    }

    @ParameterizedTest
    @CsvSource({"credentials, other.parcel-post", "credentials, korax", "credentials, korax./x", "proxy, x"})
    void refusesSettingsThatItDoesNotKnow(String name, String value) {
        assertThatThrownBy(() -> connector.check(partner("https://partner.example/in", Map.of(name, value))))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID))
                .hasMessageContaining(name);
    }
}
