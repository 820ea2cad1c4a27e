package org.pledge.connectors.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.connectors.outlet.Outlet;
import org.pledge.connectors.outlet.Outlet.Ended;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.simulators.Simulator;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Against a partner's SOAP service in a process of its own. */
class SoapConnectorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:05Z");
    private static final Map<String, List<String>> VERA =
            Map.of("name", List.of("Vera <Ledger> & Söhne ]]>"), "email", List.of("a@b.example", "c@d.example"));

    @TempDir
    static Path folder;

    private static Simulator server;

    private final Outlet outlet = new Outlet();
    private final SoapConnector connector = new SoapConnector(outlet.secrets(), Clock.fixed(NOW, ZoneOffset.UTC));
    private int before;

    @BeforeAll
    static void start() {
        server = Simulator.start("WebPartner", folder);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void connect() {
        outlet.add(connector);
        before = server.received(".body").size();
    }

    @AfterEach
    void disconnect() {
        outlet.close();
    }

    private static Partner here(String path, Map<String, String> settings) {
        return Outlet.partner("soap", "http://127.0.0.1:" + server.port() + path, settings);
    }

    private String body() throws IOException {
        return Files.readString(server.received(".body").get(before));
    }

    private List<String> head() throws IOException {
        return Files.readAllLines(server.received(".head").get(before));
    }

    private String header(String name) throws IOException {
        return head().stream()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 2);
    }

    @Test
    void sendsADeliveryAsTheWsdlSays() throws IOException {
        assertThat(outlet.deliver(connector, here("/soap", Map.of()), VERA).result())
                .isEqualTo(Result.DELIVERED);
        assertThat(body())
                .isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope"
                        + " xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header></s:Header><s:Body><delivery"
                        + " xmlns=\"urn:pledge:callback:v1\"><id>d-1</id><idempotencyKey>k-1</idempotencyKey>"
                        + "<kind>DISCLOSURE</kind><tenant>korax</tenant><purpose>delivery</purpose>"
                        + "<created>2026-11-22T08:00:00Z</created><fields><field"
                        + " name=\"email\"><value>a@b.example</value><value>c@d.example</value></field><field"
                        + " name=\"name\"><value>Vera &lt;Ledger&gt; &amp; Söhne ]]&gt;</value></field>"
                        + "</fields></delivery></s:Body></s:Envelope>");
        assertThat(head())
                .contains(
                        "POST /soap",
                        "Content-type: text/xml; charset=utf-8",
                        "Soapaction: \"urn:pledge:callback:v1:receive\"",
                        "Idempotency-key: k-1",
                        "Webhook-id: k-1",
                        "Webhook-timestamp: " + NOW.getEpochSecond())
                .noneMatch(line -> line.startsWith("Authorization"));
    }

    @Test
    void sendsWhatTheSchemaOfTheWsdlPermits() throws IOException, ParserConfigurationException, SAXException {
        outlet.deliver(connector, here("/soap", Map.of()), VERA);
        validate();
    }

    private void validate() throws IOException, ParserConfigurationException, SAXException {
        Node delivery = only(parsed(body().getBytes(StandardCharsets.UTF_8)), "urn:pledge:callback:v1", "delivery");
        byte[] wsdl = Files.readAllBytes(Path.of("src/main/resources/wsdl/pledge-callback-v1.wsdl"));
        Node schema = only(parsed(wsdl), "http://www.w3.org/2001/XMLSchema", "schema");
        assertThatCode(() -> SchemaFactory.newDefaultInstance()
                        .newSchema(new DOMSource(schema))
                        .newValidator()
                        .validate(new DOMSource(delivery)))
                .doesNotThrowAnyException();
    }

    private static Document parsed(byte[] bytes) throws IOException, ParserConfigurationException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        return factory.newDocumentBuilder().parse(new java.io.ByteArrayInputStream(bytes));
    }

    private static Node only(Document document, String namespace, String name) {
        assertThat(document.getElementsByTagNameNS(namespace, name).getLength()).isEqualTo(1);
        return document.getElementsByTagNameNS(namespace, name).item(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WITHDRAWAL", "CORRECTION", "RESTRICTION", "RESTRICTION_LIFTED"})
    void sendsNoticesAsTheSchemaPermits(String kind) throws IOException, ParserConfigurationException, SAXException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-0"), "fields", List.of("email"));
        assertThat(outlet.deliver(connector, here("/soap", Map.of()), notice, Map.of("PledgeKind", kind))
                        .result())
                .isEqualTo(Result.DELIVERED);
        assertThat(element(body(), "kind")).isEqualTo(kind);
        validate();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Ended ended = outlet.deliver(connector, here("/soap", Map.of()), VERA, Map.of("PledgeKind", "SUCCESSION"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageContaining("does not know this kind");
        assertThat(server.received(".body")).hasSize(before);
    }

    @Test
    void signsTheEnvelope() throws IOException, GeneralSecurityException {
        outlet.deliver(connector, here("/soap", Map.of()), VERA);
        Mac mac = Mac.getInstance("HmacSHA256");
        String secret = outlet.secret("korax.parcel-post").strip().replace("whsec_", "");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
        mac.update(("k-1." + NOW.getEpochSecond() + "." + body()).getBytes(StandardCharsets.UTF_8));
        assertThat(header("Webhook-signature"))
                .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal()));
    }

    @Test
    void provesItselfByADigest() throws IOException, GeneralSecurityException {
        outlet.secret("korax.parcel-post.password", "open sesame\n".getBytes(StandardCharsets.UTF_8));
        outlet.deliver(connector, here("/soap", Map.of("username", "pledge")), VERA);
        String body = body();
        assertThat(body)
                .contains("<w:Username>pledge</w:Username>", "s:mustUnderstand=\"1\"")
                .doesNotContain("sesame");
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(Base64.getDecoder().decode(element(body, "w:Nonce")));
        sha1.update((element(body, "u:Created") + "open sesame").getBytes(StandardCharsets.UTF_8));
        assertThat(element(body, "w:Password")).isEqualTo(Base64.getEncoder().encodeToString(sha1.digest()));
        assertThat(element(body, "u:Created")).isEqualTo("2026-11-22T08:00:05Z");
    }

    private static String element(String body, String name) {
        Matcher found = Pattern.compile("<" + name + "[^>]*>([^<]*)</").matcher(body);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void provesItselfByAToken() throws IOException {
        outlet.secret("korax.parcel-post.token", "abcdefgh.ijkl\n".getBytes(StandardCharsets.UTF_8));
        outlet.deliver(connector, here("/soap", Map.of("bearer", "true")), VERA);
        assertThat(header("Authorization")).isEqualTo("Bearer abcdefgh.ijkl");
    }

    @ParameterizedTest
    @CsvSource({"username, pledge", "bearer, true"})
    void sendsNothingWithoutTheSecretThatItNeeds(String setting, String value) {
        Ended ended = outlet.deliver(connector, here("/soap", Map.of(setting, value)), VERA);
        assertThat(ended.result()).isEqualTo(Result.FAILED);
        assertThat(ended.exchange().getException()).isInstanceOf(PledgeException.class);
        assertThat(server.received(".body")).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/soap, DELIVERED",
        "/soap/client, REFUSED",
        "/soap/server, FAILED",
        "/soap/dtd, FAILED",
        "/soap/huge, FAILED",
        "/soap/other, FAILED",
        "/status/202, FAILED",
        "/status/200, FAILED",
        "/status/500, FAILED"
    })
    void readsTheAnswer(String path, Result result) {
        assertThat(outlet.deliver(connector, here(path, Map.of()), VERA).result())
                .isEqualTo(result);
        assertThat(server.received(".body")).hasSize(before + 1);
    }

    @ParameterizedTest
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(strings = {"/flood/200", "/flood/500", "/head", "/line", "/drip/200", "/slow"})
    void givesUpAnAnswerThatHasNoEnd(String path) {
        try (Simulator endless = Simulator.start("EndlessPartner", folder.resolve("endless" + path))) {
            Partner partner = Outlet.partner("soap", "http://127.0.0.1:" + endless.port() + path, Map.of());
            assertThat(outlet.deliver(connector, partner, VERA).result()).isEqualTo(Result.FAILED);
            assertThat(endless.received(".head")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0008", "\uFFFE", "\uD800"})
    void refusesWhatXmlCannotHold(String value) {
        Ended ended = outlet.deliver(connector, here("/soap", Map.of()), Map.of("name", List.of("hidden" + value)));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageNotContaining("hidden");
        assertThat(server.received(".body")).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example/in",
                "https://me@partner.example/in",
                "https://partner.example/in?wsdl",
                "https://partner.example/%2e%2e",
                "ftp://partner.example/in"
            })
    void refusesAnAddressThatCouldBeMisread(String endpoint) {
        assertRefused(Outlet.partner("soap", endpoint, Map.of()), "endpoint");
    }

    @ParameterizedTest
    @CsvSource({"username, a b", "bearer, abcdefgh", "password, hunter2", "credentials, other.partner"})
    void refusesASettingThatIsNone(String name, String value) {
        Map<String, String> settings = new HashMap<>(Map.of(name, value));
        assertRefused(Outlet.partner("soap", "https://partner.example/in", settings), name);
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
