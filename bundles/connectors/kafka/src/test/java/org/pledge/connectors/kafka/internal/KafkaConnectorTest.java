package org.pledge.connectors.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.connectors.outlet.Outlet;
import org.pledge.crypto.LookupTokens;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.simulators.Certificates;
import org.pledge.simulators.Simulator;

/** Against a Kafka broker in a process of its own. */
class KafkaConnectorTest {
    private static final String SUBJECT = "018f0000-0000-7000-8000-000000000001";
    private static final Map<String, List<String>> VERA =
            Map.of("name", List.of("Vera"), "email", List.of("a@b.example", "c@d.example"));

    @TempDir
    static Path folder;

    private static Simulator broker;

    private final KafkaConnector connector = new KafkaConnector(new LookupTokens() {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return platformToken(tenant + "/" + use, value);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update((use + "/").getBytes(StandardCharsets.US_ASCII));
                return digest.digest(value);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    });
    private final Outlet outlet = new Outlet();
    private int before;

    @BeforeAll
    static void start() {
        broker = Simulator.start("KafkaPartner", folder, "people");
    }

    @AfterAll
    static void end() {
        broker.close();
    }

    @BeforeEach
    void connect() {
        outlet.add(connector);
        before = broker.received(".value").size();
    }

    @AfterEach
    void disconnect() {
        outlet.close();
    }

    private static Partner here() {
        return Outlet.partner("kafka", "kafka://127.0.0.1:" + broker.port() + "/people", Map.of());
    }

    private String last(String part) throws IOException {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> broker.received(".value").size() > before);
        return Files.readString(broker.received(part).get(before));
    }

    @Test
    void writesACloudEvent() throws IOException {
        assertThat(outlet.deliver(connector, here(), VERA).result()).isEqualTo(Result.DELIVERED);
        assertThat(last(".value"))
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"k-1\",\"source\":\"/tenants/korax\","
                        + "\"type\":\"org.pledge.disclosure.v1\",\"time\":\"2026-11-22T08:00:00Z\","
                        + "\"datacontenttype\":\"application/json\",\"data\":{\"disclosure\":\"d-1\","
                        + "\"tenant\":\"korax\",\"purpose\":\"delivery\","
                        + "\"fields\":{\"email\":[\"a@b.example\",\"c@d.example\"],\"name\":\"Vera\"}}}");
        assertThat(last(".headers"))
                .isEqualTo("Idempotency-Key: k-1\nPledge-Disclosure: d-1\nPledge-Purpose: delivery\n"
                        + "content-type: application/cloudevents+json; charset=UTF-8\n");
    }

    @ParameterizedTest
    @CsvSource({"RESTRICTION, org.pledge.restriction.v1", "RESTRICTION_LIFTED, org.pledge.restriction-lifted.v1"})
    void writesTheNoticeOfARestrictionAndOfItsEnd(String kind, String type) throws IOException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-0"), "fields", List.of("email"));
        assertThat(outlet.deliver(connector, here(), notice, Map.of("PledgeKind", kind))
                        .result())
                .isEqualTo(Result.DELIVERED);
        assertThat(last(".value"))
                .contains("\"type\":\"" + type + "\"")
                .endsWith("\"data\":{\"notice\":\"d-1\",\"tenant\":\"korax\",\"disclosures\":[\"d-0\"],"
                        + "\"fields\":[\"email\"]}}");
        assertThat(last(".headers")).contains("Pledge-Notice: d-1\n");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Outlet.Ended ended = outlet.deliver(connector, here(), VERA, Map.of("PledgeKind", "SUCCESSION"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageContaining("does not know this kind");
        assertThat(broker.received(".value")).hasSize(before);
    }

    @Test
    void keysByAPseudonymThatIsThePartnersOwn() throws IOException {
        outlet.deliver(connector, here(), VERA);
        String key = last(".key");
        assertThat(key).matches("[A-Za-z0-9_-]{43}");
        before++;
        outlet.deliver(connector, here(), VERA, Map.of("PledgeIdempotencyKey", "k-2"));
        assertThat(last(".key")).isEqualTo(key);
        before++;
        outlet.deliver(connector, here(), VERA, Map.of("PledgePartner", "parcel-mail"));
        assertThat(last(".key")).isNotEqualTo(key);
        before++;
        outlet.deliver(connector, here(), VERA, Map.of("PledgeSubject", SUBJECT.replace('1', '2')));
        assertThat(last(".key")).isNotEqualTo(key);
        assertThat(last(".value") + last(".headers") + last(".key")).doesNotContain(SUBJECT.replace('1', '2'));
    }

    @Test
    @Timeout(30)
    void givesABrokerUpThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Partner partner =
                    Outlet.partner("kafka", "kafka://127.0.0.1:" + silent.getLocalPort() + "/people", Map.of());
            assertThat(outlet.deliver(connector, partner, VERA).result()).isEqualTo(Result.FAILED);
        }
    }

    @Test
    @Timeout(30)
    void failsWithoutTheTopic() {
        Partner partner = Outlet.partner("kafka", "kafka://127.0.0.1:" + broker.port() + "/nobodys", Map.of());
        assertThat(outlet.deliver(connector, partner, VERA).result()).isEqualTo(Result.FAILED);
    }

    @Test
    void encryptsAndProvesItselfElsewhere() {
        Partner partner = Outlet.partner(
                "kafka",
                "kafka+ssl://broker.example:9093/people",
                Map.of("sasl-mechanism", "SCRAM-SHA-512", "truststore", "/etc/trust.p12", "keystore", "/etc/own.jks"));
        assertThatCode(() -> connector.check(partner)).doesNotThrowAnyException();
        assertThat(connector.parameters(partner))
                .containsEntry("broker", "broker.example:9093")
                .containsEntry("topic", "people")
                .containsEntry(
                        "security",
                        "securityProtocol=SASL_SSL&saslMechanism=SCRAM-SHA-512"
                                + "&saslJaasConfig=#bean:secret.korax.parcel-post&sslEndpointAlgorithm=https"
                                + "&sslTruststoreLocation=/etc/trust.p12&sslTruststoreType=PKCS12"
                                + "&sslTruststorePassword=#bean:secret.korax.parcel-post.truststore"
                                + "&sslKeystoreLocation=/etc/own.jks&sslKeystoreType=JKS"
                                + "&sslKeystorePassword=#bean:secret.korax.parcel-post.keystore"
                                + "&sslKeyPassword=#bean:secret.korax.parcel-post.keystore");
    }

    private Partner encrypted(String host, Simulator broker, Path trust, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("truststore", trust.resolve(Certificates.TRUST).toString());
        outlet.secret("korax.parcel-post.truststore", bytes(Certificates.PASSWORD));
        return Outlet.partner("kafka", "kafka+ssl://" + host + ":" + broker.port() + "/people", settings);
    }

    private static byte[] bytes(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private Map<String, String> logIn(String mechanism, String password) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        outlet.secret(
                "korax.parcel-post",
                bytes("org.apache.kafka.common.security." + module + " required username=\"pledge\" password=\""
                        + password + "\";"));
        return Map.of("sasl-mechanism", mechanism);
    }

    /** A broker may need a moment, and what was not confirmed in time is tried again. */
    private void awaitDelivered(Partner partner, Simulator broker) {
        int had = broker.received(".value").size();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> outlet.deliver(connector, partner, VERA).result() == Result.DELIVERED);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> broker.received(".value").size() > had);
    }

    private void assertNotDelivered(Partner partner, Simulator broker) {
        int had = broker.received(".value").size();
        assertThat(outlet.deliver(connector, partner, VERA).result()).isEqualTo(Result.FAILED);
        assertThat(broker.received(".value")).hasSize(had);
    }

    /** One broker for all that concerns encryption and login; it takes a while to start. */
    @Nested
    class Encrypted {
        private static Path own;
        private static Simulator certified;

        @BeforeAll
        static void start() {
            own = Certificates.make(folder.resolve("encrypted"), "ip:127.0.0.1");
            certified = Simulator.start("KafkaPartner", own, "people", "0", "PLAIN,SCRAM-SHA-512");
        }

        @AfterAll
        static void end() {
            certified.close();
        }

        @ParameterizedTest
        @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
        void logsInWithThePasswordOfItsFile(String mechanism) {
            awaitDelivered(encrypted("127.0.0.1", certified, own, logIn(mechanism, "open sesame")), certified);
        }

        @ParameterizedTest
        @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
        void writesNothingWithAWrongPassword(String mechanism) {
            assertNotDelivered(encrypted("127.0.0.1", certified, own, logIn(mechanism, "let me in")), certified);
        }

        @Test
        void writesNothingToABrokerOfAnotherName() {
            assertNotDelivered(encrypted("localhost", certified, own, logIn("PLAIN", "open sesame")), certified);
        }

        @Test
        void writesNothingToABrokerWhoseCertificateNobodyVouchesFor() {
            Path other = Certificates.make(folder.resolve("trusted"));
            assertNotDelivered(encrypted("127.0.0.1", certified, other, logIn("PLAIN", "open sesame")), certified);
        }
    }

    @Test
    void provesItselfByACertificate() throws IOException {
        Path own = Certificates.make(folder.resolve("mutual"));
        Path ours = Certificates.make(folder.resolve("ours"));
        Files.copy(ours.resolve(Certificates.TRUST), own.resolve("clients.p12"));
        outlet.secret("korax.parcel-post.keystore", bytes(Certificates.PASSWORD));
        Map<String, String> keystore =
                Map.of("keystore", ours.resolve(Certificates.SERVER).toString());
        try (Simulator certified = Simulator.start("KafkaPartner", own, "people")) {
            awaitDelivered(encrypted("127.0.0.1", certified, own, keystore), certified);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka://broker.example:9092/people",
                "kafka+ssl://broker.example:9092",
                "kafka+ssl://broker.example:9092/",
                "kafka+ssl://broker.example:9092/a/b",
                "kafka+ssl://broker.example:9092/..",
                "kafka+ssl://me@broker.example:9092/people",
                "kafka+ssl://broker.example:9092/people?brokers=evil.example",
                "kafka+ssl://a.example:1,b.example:2/people",
                "http://broker.example/people"
            })
    void refusesAnAddressThatCouldBeMisread(String endpoint) {
        assertRefused(Outlet.partner("kafka", endpoint, Map.of()), "endpoint");
    }

    @ParameterizedTest
    @CsvSource({
        "sasl-mechanism, GSSAPI",
        "truststore, ../trust.p12",
        "truststore, /etc/passwd",
        "keystore, /a/../b.p12",
        "password, hunter2",
        "credentials, other.partner"
    })
    void refusesASettingThatIsNone(String name, String value) {
        assertRefused(Outlet.partner("kafka", "kafka+ssl://broker.example/people", Map.of(name, value)), name);
    }

    @Test
    void refusesAStoreWithoutEncryption() {
        assertRefused(
                Outlet.partner("kafka", "kafka://127.0.0.1/people", Map.of("truststore", "/a.p12")), "truststore");
    }

    private void assertRefused(Partner partner, String field) {
        assertThatThrownBy(() -> connector.check(partner))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.getMessage()).doesNotContain("hunter2");
                })
                .hasMessageContaining(field);
    }
}
