package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Api;
import org.pledge.simulators.Simulator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Every connector in the distribution as it is built, with a partner file, against a server of its kind. */
class ConnectorsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path WSDL = Path.of(System.getProperty("callback.wsdl"));
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");
    private static final Pattern LINK = Pattern.compile("<(http[^>]+/unsubscribe/[^>]+)>");
    private static final String EMAIL = "nina@mail.example";
    private static final Map<String, Object> WORDING =
            Map.of("channel", "test", "version", "test-1", "sha256", "c".repeat(64));

    private static Platform platform;
    private static PartnerServers servers;
    private static Api operator;
    private static Map<String, String> tokens;

    private String subject;

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        platform = Platform.unpack("connectors");
        Files.writeString(
                platform.home().resolve("etc/org.pledge.notices.cfg"),
                "\npublicUrl = " + platform.url() + "\n",
                StandardOpenOption.APPEND);
        servers = new PartnerServers(platform);
        platform.start();
        tokens = Credentials.issue(platform, List.of(PartnerServers.TENANT));
        operator = new Api(platform.url(), tokens.get(PartnerServers.TENANT + "/operator"));
        for (String kind : PartnerServers.KINDS) {
            servers.deploy(kind, UnaryOperator.identity());
        }
        awaitState("ACTIVE", PartnerServers.KINDS);
    }

    @AfterAll
    static void stop() {
        servers.close();
        platform.pledge("stop");
    }

    @BeforeEach
    void aPersonAgrees() {
        subject = operator.post(
                        "/accounts",
                        Map.of(
                                "tier",
                                "free",
                                "holder",
                                "INDIVIDUAL",
                                "birthDate",
                                "1990-01-01",
                                "jurisdiction",
                                "DE",
                                "fields",
                                Map.of("name", List.of("Nina \"Falk\", née Öz"), "email", List.of(EMAIL))))
                .expect(201)
                .body()
                .path("id")
                .asText();
        for (String kind : PartnerServers.KINDS) {
            operator.post(
                            "/subjects/" + subject + "/consents",
                            Map.of(
                                    "purpose",
                                    PartnerServers.purpose(kind),
                                    "recipient",
                                    PartnerServers.name(kind),
                                    "categories",
                                    PartnerServers.fields(kind),
                                    "level",
                                    "OPT_IN",
                                    "wording",
                                    WORDING))
                    .expect(201);
        }
    }

    private static String shell(String command) {
        return platform.pledge("shell", command).out();
    }

    private static String of(String kind) {
        return " --tenant " + PartnerServers.TENANT + " " + PartnerServers.name(kind);
    }

    /** One command for each kind, in one session; what they printed. */
    private static String shellForAll(String command) {
        return shell(String.join(
                "\n",
                PartnerServers.KINDS.stream().map(kind -> command + of(kind)).toList()));
    }

    private static void awaitState(String state, List<String> kinds) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            String listed = shell("partner:list --tenant " + PartnerServers.TENANT);
            kinds.forEach(kind -> assertThat(listed)
                    .containsPattern(PartnerServers.name(kind) + ".*" + kind + ".*127.0.0.1.*" + state));
        });
    }

    private String disclose(String kind) {
        Api.Answer answer = kind.equals("smtp")
                ? operator.post(
                        "/messages",
                        Map.of("subject", subject, "template", "offers", "parameters", Map.of("feature", "Größe")))
                : operator.post(
                        "/disclosures",
                        Map.of(
                                "subject",
                                subject,
                                "partner",
                                PartnerServers.name(kind),
                                "purpose",
                                PartnerServers.purpose(kind),
                                "fields",
                                PartnerServers.fields(kind)));
        return answer.expect(202).body().path("id").asText();
    }

    private static void awaitDelivered(String disclosure) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(operator.get("/disclosures/" + disclosure)
                        .expect(200)
                        .body()
                        .path("state")
                        .asText())
                .isEqualTo("DELIVERED"));
    }

    private Map<String, String> discloseToAll() {
        Map<String, String> disclosures = new HashMap<>();
        PartnerServers.KINDS.forEach(kind -> disclosures.put(kind, disclose(kind)));
        disclosures.values().forEach(ConnectorsIT::awaitDelivered);
        return disclosures;
    }

    /** The number of what a server received, found by what its part of that name holds. */
    private static int number(String kind, String part, String holds) throws IOException {
        List<Path> files = servers.received(kind, part);
        for (int i = 0; i < files.size(); i++) {
            if (Files.readString(files.get(i)).contains(holds)) {
                return i;
            }
        }
        throw new AssertionError(kind + " received nothing with " + holds);
    }

    private static String text(String kind, String part, int number) throws IOException {
        return Files.readString(servers.received(kind, part).get(number));
    }

    @Test
    void eachServerReceivesItsBytesAndTheAccountingSaysSo()
            throws IOException, ParserConfigurationException, SAXException {
        Map<String, String> disclosures = discloseToAll();

        assertRest(disclosures.get("rest"));
        assertSoap(disclosures.get("soap"));
        assertSftp(disclosures.get("sftp"));
        assertSmtp(disclosures.get("smtp"));
        assertKafka(disclosures.get("kafka"));
        JsonNode accounting = operator.get("/subjects/" + subject + "/disclosures")
                .expect(200)
                .body()
                .path("items");
        assertThat(accounting).hasSize(PartnerServers.KINDS.size()).allSatisfy(one -> {
            assertThat(one.path("state").asText()).isEqualTo("DELIVERED");
            assertThat(one.path("delivered").asText()).isNotEmpty();
            assertThat(one.path("attempts").asInt()).isPositive();
            String partner = one.path("partner").asText();
            if (partner.startsWith("rest") || partner.startsWith("soap")) {
                assertThat(one.path("answer").asInt()).isBetween(200, 204);
            }
        });
    }

    private void assertRest(String disclosure) throws IOException {
        int number = number("rest", ".head", disclosure);
        assertThat(text("rest", ".signature", number)).isEqualTo("genuine");
        assertThat(text("rest", ".head", number).lines())
                .contains(
                        "POST /inbox",
                        "Content-type: application/cloudevents+json",
                        "Idempotency-key: " + disclosure,
                        "Webhook-id: " + disclosure,
                        "Pledge-disclosure: " + disclosure,
                        "Pledge-purpose: delivery")
                .noneMatch(line -> line.startsWith("Camel") || line.contains(subject));
        assertThat(text("rest", ".body", number)).isEqualTo(event(disclosure, created(disclosure)));
    }

    private static String created(String disclosure) {
        return operator.get("/disclosures/" + disclosure).body().path("created").asText();
    }

    private static String event(String disclosure, String created) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + disclosure + "\",\"source\":\"/tenants/anyip\","
                + "\"type\":\"org.pledge.disclosure.v1\",\"time\":\"" + created
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"disclosure\":\"" + disclosure
                + "\",\"tenant\":\"anyip\",\"purpose\":\"delivery\",\"fields\":{\"email\":\"" + EMAIL
                + "\",\"name\":\"Nina \\\"Falk\\\", née Öz\"}}}";
    }

    private void assertSoap(String disclosure) throws IOException, ParserConfigurationException, SAXException {
        int number = number("soap", ".head", disclosure);
        assertThat(text("soap", ".signature", number)).isEqualTo("genuine");
        assertThat(text("soap", ".head", number).lines())
                .contains(
                        "POST /soap",
                        "Content-type: text/xml; charset=utf-8",
                        "Soapaction: \"urn:pledge:callback:v1:receive\"",
                        "Authorization: Bearer callback-token-1",
                        "Idempotency-key: " + disclosure);
        Element delivery = delivery(number);
        assertThat(texts(delivery, "id")).containsExactly(disclosure);
        assertThat(texts(delivery, "idempotencyKey")).containsExactly(disclosure);
        assertThat(texts(delivery, "kind")).containsExactly("DISCLOSURE");
        assertThat(texts(delivery, "value")).containsExactly(EMAIL, "Nina \"Falk\", née Öz");
        assertThat(text("soap", ".body", number))
                .contains("UsernameToken", "PasswordDigest")
                .doesNotContain("open sesame");
    }

    /** The delivery of an envelope, which must be one by the schema of the published WSDL. */
    private static Element delivery(int number) throws IOException, ParserConfigurationException, SAXException {
        Document envelope =
                parsed(Files.readAllBytes(servers.received("soap", ".body").get(number)));
        Element delivery = (Element) envelope.getElementsByTagNameNS("urn:pledge:callback:v1", "delivery")
                .item(0);
        Element schema = (Element) parsed(Files.readAllBytes(WSDL))
                .getElementsByTagNameNS("http://www.w3.org/2001/XMLSchema", "schema")
                .item(0);
        SchemaFactory.newDefaultInstance()
                .newSchema(new DOMSource(schema))
                .newValidator()
                .validate(new DOMSource(delivery));
        return delivery;
    }

    private static Document parsed(byte[] bytes) throws IOException, ParserConfigurationException, SAXException {
        return DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(bytes));
    }

    private static List<String> texts(Element delivery, String name) {
        var found = delivery.getElementsByTagNameNS("urn:pledge:callback:v1", name);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    private static void assertSftp(String disclosure) throws IOException {
        Path drop = servers.folderOf("sftp").resolve("files/drop");
        assertThat(drop.resolve(disclosure + ".csv"))
                .hasBinaryContent(("disclosure,tenant,purpose,kind,email,name\r\n" + disclosure
                                + ",anyip,delivery,DISCLOSURE," + EMAIL + ",\"Nina \"\"Falk\"\", née Öz\"\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        try (Stream<Path> files = Files.list(drop)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.endsWith(".csv") && !name.startsWith("."));
        }
        assertThat(servers.folderOf("sftp").resolve("operations"))
                .content()
                .contains("write .part-" + disclosure + ".csv\nrename .part-" + disclosure + ".csv " + disclosure
                        + ".csv\n");
    }

    private static void assertSmtp(String disclosure) throws IOException {
        await().atMost(PATIENCE).untilAsserted(() -> number("smtp", ".eml", disclosure));
        String mail = text("smtp", ".eml", number("smtp", ".eml", disclosure));
        assertThat(mail.lines())
                .contains(
                        "From: \"AnyIP\" <privacy@anyip.example>",
                        "To: " + EMAIL,
                        "Message-ID: <" + disclosure + "@anyip.example>",
                        "Auto-Submitted: auto-generated",
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
        assertThat(mail.replace("\r\n ", " ")).containsPattern("List-Unsubscribe: ?\\s*" + LINK.pattern());
    }

    private void assertKafka(String disclosure) throws IOException {
        await().atMost(PATIENCE).untilAsserted(() -> number("kafka", ".headers", disclosure));
        int number = number("kafka", ".headers", disclosure);
        assertThat(text("kafka", ".headers", number))
                .isEqualTo("Idempotency-Key: " + disclosure + "\nPledge-Disclosure: " + disclosure
                        + "\nPledge-Purpose: delivery\ncontent-type: application/cloudevents+json; charset=UTF-8\n");
        assertThat(text("kafka", ".key", number)).matches("[A-Za-z0-9_-]{43}");
        assertThat(text("kafka", ".value", number))
                .isEqualTo(event(disclosure, created(disclosure)))
                .doesNotContain(subject);
    }

    @Test
    void aWithdrawalReachesEveryRecipientAndThePersonSeesWhoConfirmed()
            throws IOException, ParserConfigurationException, SAXException {
        Map<String, String> disclosures = discloseToAll();

        JsonNode told = operator.post("/subjects/" + subject + "/withdrawals", Map.of("channel", "test"))
                .expect(201)
                .body()
                .path("told");
        Map<String, String> notices = new HashMap<>();
        told.forEach(one ->
                notices.put(one.path("partner").asText(), one.path("notice").asText()));
        assertThat(notices.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        PartnerServers.KINDS.stream().map(PartnerServers::name).toList());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stateOfNotices())
                .hasSize(5)
                .allSatisfy((partner, state) -> assertThat(state).isEqualTo("DELIVERED")));

        assertWithdrawn(disclosures, notices);
        confirm("soap", notices);
        confirm("kafka", notices);
        operator.post("/notices/" + notices.get("smtp-partner") + "/acknowledgement", Map.of("channel", "phone"))
                .expect(200);
        assertThat(stateOfNotices())
                .containsEntry("soap-partner", "CONFIRMED")
                .containsEntry("kafka-partner", "CONFIRMED")
                .containsEntry("smtp-partner", "CONFIRMED")
                .containsEntry("rest-partner", "DELIVERED")
                .containsEntry("sftp-partner", "DELIVERED");
    }

    private Map<String, String> stateOfNotices() {
        Map<String, String> states = new HashMap<>();
        operator.get("/subjects/" + subject + "/notices")
                .expect(200)
                .body()
                .path("items")
                .forEach(one -> states.put(
                        one.path("partner").asText(), one.path("state").asText()));
        return states;
    }

    private static void assertWithdrawn(Map<String, String> disclosures, Map<String, String> notices)
            throws IOException, ParserConfigurationException, SAXException {
        String rest = notices.get("rest-partner");
        int web = number("rest", ".head", rest);
        assertThat(text("rest", ".signature", web)).isEqualTo("genuine");
        assertThat(text("rest", ".head", web))
                .contains("Pledge-notice: " + rest)
                .doesNotContain("Pledge-purpose");
        assertThat(withdrawal(text("rest", ".body", web), rest)).isEqualTo(disclosures.get("rest"));

        String soap = notices.get("soap-partner");
        Element delivery = delivery(number("soap", ".head", soap));
        assertThat(texts(delivery, "kind")).containsExactly("WITHDRAWAL");
        assertThat(texts(delivery, "value")).containsExactly(disclosures.get("soap"), "email", "name");

        String sftp = notices.get("sftp-partner");
        assertThat(servers.folderOf("sftp").resolve("files/drop/" + sftp + ".csv"))
                .hasContent("disclosure,tenant,purpose,kind,disclosures,fields\r\n" + sftp + ",anyip,,WITHDRAWAL,"
                        + disclosures.get("sftp") + ",email|name\r\n");

        String smtp = notices.get("smtp-partner");
        await().atMost(PATIENCE).untilAsserted(() -> number("smtp", ".eml", "Withdrawal " + smtp));
        String mail = text("smtp", ".eml", number("smtp", ".eml", "Withdrawal " + smtp));
        assertThat(mail).contains("To: privacy@provider.example").doesNotContain(EMAIL);

        String kafka = notices.get("kafka-partner");
        await().atMost(PATIENCE).untilAsserted(() -> number("kafka", ".headers", kafka));
        int record = number("kafka", ".headers", kafka);
        assertThat(withdrawal(text("kafka", ".value", record), kafka)).isEqualTo(disclosures.get("kafka"));
        assertThat(text("kafka", ".key", record))
                .as("what is said of one person stays in order")
                .isEqualTo(text("kafka", ".key", number("kafka", ".headers", disclosures.get("kafka"))));
    }

    /** Checks a notice, and returns the disclosure that it is about. */
    private static String withdrawal(String body, String notice) throws IOException {
        JsonNode event = new ObjectMapper().readTree(body);
        assertThat(event.path("type").asText()).isEqualTo("org.pledge.withdrawal.v1");
        assertThat(event.path("id").asText()).isEqualTo(notice);
        assertThat(event.path("data").path("fields"))
                .extracting(JsonNode::asText)
                .containsExactly("email", "name");
        assertThat(event.path("data").path("disclosures")).hasSize(1);
        return event.path("data").path("disclosures").path(0).asText();
    }

    /** As the partner's own system, with a credential of its own. */
    private static void confirm(String kind, Map<String, String> notices) {
        Matcher token = TOKEN.matcher(shell("pledge:credential-issue --role partner" + of(kind)));
        assertThat(token.find()).isTrue();
        Api partner = new Api(platform.url(), token.group());
        partner.post("/notices/" + notices.get(PartnerServers.name(kind)) + "/acknowledgement", Map.of())
                .expect(200);
    }

    @Test
    void oneClickOnTheLinkOfTheMailUnsubscribesAndTellsTheProvider() throws IOException, InterruptedException {
        String disclosure = disclose("smtp");
        awaitDelivered(disclosure);
        await().atMost(PATIENCE).untilAsserted(() -> number("smtp", ".eml", disclosure));
        String mail = text("smtp", ".eml", number("smtp", ".eml", disclosure));
        Matcher link = LINK.matcher(mail.replaceAll("\r?\n[ \t]", ""));
        assertThat(link.find()).isTrue();

        HttpResponse<Void> clicked = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(link.group(1)))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());

        assertThat(clicked.statusCode()).isBetween(200, 204);
        operator.post(
                        "/messages",
                        Map.of("subject", subject, "template", "offers", "parameters", Map.of("feature", "x")))
                .expect(403);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stateOfNotices())
                .containsExactly(Map.entry("smtp-partner", "DELIVERED")));
    }

    @Test
    void aServerThatDiesBeforeItAnswersGetsTheSameAgain() throws IOException {
        servers.dieBeforeTheNextAnswer("soap");
        String disclosure = disclose("soap");
        servers.restart("soap");
        awaitDelivered(disclosure);

        List<String> bodies = new ArrayList<>();
        for (Path body : servers.received("soap", ".body")) {
            String received = Files.readString(body);
            if (received.contains(disclosure)) {
                bodies.add(received.replaceAll("(?s)<s:Header>.*</s:Header>", ""));
            }
        }
        assertThat(bodies).as("the same body under the same key").hasSizeGreaterThan(1);
        assertThat(bodies.stream().distinct()).hasSize(1);
        assertThat(bodies.get(0)).contains("<idempotencyKey>" + disclosure + "</idempotencyKey>");
        JsonNode accounted =
                operator.get("/disclosures/" + disclosure).expect(200).body();
        assertThat(accounted.path("attempts").asInt()).isGreaterThanOrEqualTo(bodies.size());
    }

    @Test
    void eachKindIsListedShownAndTested() {
        awaitState("ACTIVE", PartnerServers.KINDS);
        String shown = shellForAll("partner:show");
        assertThat(shown).doesNotContain("open sesame", "whsec_", "PRIVATE KEY", "callback-token");
        String tested = shellForAll("partner:test");
        assertThat(tested).doesNotContain("failed");
        for (String kind : PartnerServers.KINDS) {
            String server = "127.0.0.1:" + servers.port(kind);
            assertThat(shown).contains(PartnerServers.name(kind), server);
            assertThat(tested).contains(server);
        }
        assertThat(platform.pledge("shell", "partner:test" + of("kafka")).code())
                .isZero();
    }

    private static void awaitLog(String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(platform.log()).contains(text));
    }

    @Test
    void aSuspendedPartnerOfEachKindGetsNothingUntilItIsResumed() {
        shellForAll("partner:suspend");
        awaitState("SUSPENDED", PartnerServers.KINDS);
        PartnerServers.KINDS.forEach(
                kind -> awaitLog("No route to partner " + PartnerServers.name(kind) + " of anyip: it is suspended"));
        Api.Answer refused = operator.post(
                "/disclosures",
                Map.of(
                        "subject",
                        subject,
                        "partner",
                        "sftp-partner",
                        "purpose",
                        "delivery",
                        "fields",
                        List.of("email")));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().toString()).contains("suspended");

        shellForAll("partner:resume");
        awaitState("ACTIVE", PartnerServers.KINDS);
        discloseToAll();
    }

    @Test
    void anAgreementThatIsOverStopsTheRouteUntilItIsRenewed() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        servers.deploy("sftp", text -> text.replaceFirst("until: .*", "until: " + today.minusDays(1)));
        awaitState("EXPIRED", List.of("sftp"));
        awaitLog("No route to partner sftp-partner of anyip: its agreement is over");
        Platform.Result test = platform.pledge("shell", "partner:test" + of("sftp"));
        assertThat(test.out()).containsPattern("failed +agreement");
        assertThat(test.code()).isEqualTo(1);

        servers.deploy("sftp", UnaryOperator.identity());
        awaitState("ACTIVE", List.of("sftp"));
        awaitDelivered(disclose("sftp"));
    }

    @Test
    void aPartnerWithoutItsAttestationHasNoRoute() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String text = "tenant: opentracker\nname: card-house\nrecipient: clearing-house\nconnector: rest\n"
                + "endpoint: http://127.0.0.1:" + servers.port("rest") + "/cards\nagreement:\n"
                + "  fields: [payment-token, payment-amount]\n  purposes: [payment]\n  region: NL\n  from: "
                + today.minusDays(1) + "\n  until: " + today.plusYears(1) + "\n";
        Path file = platform.home().resolve("etc/partners/card-house.partner.yaml");
        platform.deploy(file, text);
        awaitCardHouse("ATTESTATION_MISSING");
        Platform.Result test = platform.pledge("shell", "partner:test --tenant opentracker card-house");
        assertThat(test.out()).containsPattern("failed +attestation").contains("no-retention");
        assertThat(test.code()).isEqualTo(1);

        platform.deploy(file, text + "  attestation: { statement: no-retention, until: " + today.plusDays(30) + " }\n");
        awaitCardHouse("ACTIVE");
        platform.deploy(file, text + "  attestation: { statement: no-retention, until: " + today.minusDays(1) + " }\n");
        awaitCardHouse("ATTESTATION_EXPIRED");
    }

    @Test
    void processorsAndThoseWhoAskByAProtocolHaveTheirRoutes() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, String> settings = Map.of(
                "opendsr",
                "settings: { path: /opendsr/v2 }\n",
                "iab-deletion",
                "settings: { path: /delete, domain: partner.example, identifier-type: customer_id, identifier-format: raw }\n",
                "status-callback",
                "");
        for (String connector : settings.keySet()) {
            String name = connector + "-route";
            platform.deploy(
                    platform.home().resolve("etc/partners/" + name + ".partner.yaml"),
                    "tenant: anyip\nname: " + name + "\nrecipient: shipping-partner\nconnector: " + connector
                            + "\nendpoint: http://127.0.0.1:" + servers.port("rest") + "/" + connector + "\n"
                            + settings.get(connector) + "agreement:\n  fields: [email]\n  purposes: [delivery]\n"
                            + "  region: NL\n  from: " + today.minusDays(1) + "\n  until: " + today.plusYears(1)
                            + "\n");
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            String listed = shell("partner:list --tenant anyip");
            settings.keySet().forEach(connector -> assertThat(listed).containsPattern(connector + "-route.*ACTIVE"));
            assertThat(platform.log())
                    .contains("pledge.sharing.deliver.anyip.opendsr-route.line")
                    .contains("Routes [pledge.sharing.deliver.anyip.iab-deletion-route]")
                    .contains("Routes [pledge.sharing.deliver.anyip.status-callback-route]");
        });
    }

    @Test
    void anAnswerWithoutEndIsAFailedTryAndHoldsUpNobodyElse() throws IOException {
        String tried;
        try (Simulator endless = servers.endless()) {
            int before = routed("rest");
            servers.deploy("rest", text -> text.replace("/inbox", "/flood/200")
                    .replace(":" + servers.port("rest"), ":" + endless.port()));
            // the partner is shown as it is now some moments before its route has changed
            await("the new route").atMost(PATIENCE).until(() -> routed("rest") > before);
            assertThat(shell("partner:show" + of("rest"))).contains("127.0.0.1:" + endless.port());
            tried = disclose("rest");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(endless.received(".head")).as("tries").hasSizeGreaterThan(1));
            JsonNode accounted =
                    operator.get("/disclosures/" + tried).expect(200).body();
            assertThat(accounted.path("state").asText()).isNotEqualTo("DELIVERED");
            awaitDelivered(disclose("soap"));
        } finally {
            servers.deploy("rest", UnaryOperator.identity());
        }
        awaitDelivered(tried);
    }

    /** How often a route to the partner of this kind began to run. */
    private static int routed(String kind) {
        String line = "Routes [pledge.sharing.deliver." + PartnerServers.TENANT + "." + PartnerServers.name(kind) + "]";
        return platform.log().split(Pattern.quote(line) + " .* run", -1).length;
    }

    private static void awaitCardHouse(String state) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                        shell("partner:list --tenant opentracker"))
                .containsPattern("card-house.*" + state));
    }
}
