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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.pledge.demo.Api;

/** A person of whom everything is held asks for it, goes, and leaves nothing behind: one story, told in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ErasureIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Path EVIDENCE = Path.of("target", "erasure-evidence").toAbsolutePath();
    /** In elements; longer ones than any value or message of this test. */
    private static final int SHORTEST_BUFFER = 4000;

    private static final SecureRandom RANDOM = new SecureRandom();
    /** The partner whose server is down when the person goes. */
    private static final String DOWN = "soap";

    private static final Map<String, Object> WORDING =
            Map.of("channel", "test", "version", "test-1", "sha256", "c".repeat(64));

    /** What is known of the person, each value seen nowhere else; by what it is. */
    private static final Map<String, String> MARKERS = new LinkedHashMap<>();

    /** A tenant that takes cards, which the partners' one does not. */
    private static final String PAYERS = "anonymizer";

    private static final String CARD = EncryptedCard.number("400012", 16);
    private static final String SOMEBODY_ELSE = marker();
    private static final String PLANTED = marker();

    private static Platform platform;
    private static PartnerServers servers;
    private static Map<String, String> tokens;
    private static final Map<String, String> PARTNER_TOKENS = new HashMap<>();
    private static Api operator;
    private static Api integrator;
    private static String person;
    private static String queued;
    private static String erasure;
    private static Path certificate;
    private static Path keys;

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        for (String each : List.of("name", "email", "screen-name", "payment-token", "billing-details")) {
            MARKERS.put(each, marker());
        }
        for (String each : List.of("message", "device", "record")) {
            MARKERS.put(each, marker());
        }
        platform = Platform.unpack("erasure");
        append("etc/org.pledge.notices.cfg", "publicUrl = " + platform.url());
        append("etc/org.pledge.sharing.cfg", "maxAttempts = 5");
        append("etc/system.properties", "planted = " + PLANTED);
        VaultIT.openWithoutCustodians(platform);
        servers = new PartnerServers(platform);
        assertThat(platform.pledge(Map.of("EXTRA_JAVA_OPTS", "-XX:-DisableAttachMechanism"), "start")
                        .code())
                .isZero();
        tokens = Credentials.issue(platform, List.of(PartnerServers.TENANT, PAYERS));
        operator = new Api(platform.url(), tokens.get(PartnerServers.TENANT + "/operator"));
        integrator = new Api(platform.url(), tokens.get(PartnerServers.TENANT + "/integrator"));
        for (String kind : PartnerServers.KINDS) {
            servers.deploy(kind, UnaryOperator.identity());
        }
        await("the routes").atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            String listed = shell("partner:list --tenant " + PartnerServers.TENANT);
            PartnerServers.KINDS.forEach(
                    kind -> assertThat(listed).containsPattern(PartnerServers.name(kind) + ".*ACTIVE"));
        });
        letPartnersIn();
    }

    @AfterAll
    static void stop() {
        servers.close();
        platform.pledge("stop");
    }

    private static String marker() {
        return RANDOM.ints(14, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static void append(String file, String line) throws IOException {
        Files.writeString(platform.home().resolve(file), "\n" + line + "\n", StandardOpenOption.APPEND);
    }

    private static String shell(String command) {
        return platform.pledge("shell", command).out();
    }

    private static void letPartnersIn() {
        String commands = String.join(
                "\n",
                PartnerServers.KINDS.stream()
                        .map(kind -> "pledge:credential-issue --role partner --tenant " + PartnerServers.TENANT + " "
                                + PartnerServers.name(kind))
                        .toList());
        List<String> issued =
                TOKEN.matcher(shell(commands)).results().map(MatchResult::group).toList();
        assertThat(issued).hasSameSizeAs(PartnerServers.KINDS);
        for (int i = 0; i < issued.size(); i++) {
            PARTNER_TOKENS.put(PartnerServers.name(PartnerServers.KINDS.get(i)), issued.get(i));
        }
    }

    private static HttpResponse<byte[]> send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(platform.url()).resolve(path))
                        .header("Authorization", "Bearer " + tokens.get(PartnerServers.TENANT + "/operator"))
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static byte[] fetch(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send("GET", "/api/v1" + path, "application/json", "");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static String opened(Map<String, List<String>> fields) {
        return operator.post(
                        "/accounts",
                        Map.of(
                                "tier", "premium",
                                "holder", "INDIVIDUAL",
                                "birthDate", "1990-01-01",
                                "jurisdiction", "DE",
                                "fields", fields))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    private static void agree(String subject, String kind) {
        operator.post(
                        "/subjects/" + subject + "/consents",
                        Map.of(
                                "purpose", PartnerServers.purpose(kind),
                                "recipient", PartnerServers.name(kind),
                                "categories", PartnerServers.fields(kind),
                                "level", "OPT_IN",
                                "wording", WORDING))
                .expect(201);
    }

    private static Map<String, ?> disclosure(String subject, String kind) {
        return Map.of(
                "subject", subject,
                "partner", PartnerServers.name(kind),
                "purpose", PartnerServers.purpose(kind),
                "fields", PartnerServers.fields(kind));
    }

    private static Map<String, ?> message(String subject, String says) {
        return Map.of("subject", subject, "template", "offers", "parameters", Map.of("feature", says));
    }

    private static String state(String disclosure) {
        return operator.get("/disclosures/" + disclosure)
                .expect(200)
                .body()
                .path("state")
                .asText();
    }

    /** A request of somebody who logs in, and which nobody can fulfil before that. */
    private static String requested(Api desk, String subject, String type) {
        String request = desk.post(
                        "/subjects/" + subject + "/requests",
                        Map.of("type", type, "jurisdiction", "DE", "channel", "web"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        desk.post("/requests/" + request + "/fulfilment", Map.of()).expect(409);
        assertThat(desk.post("/requests/" + request + "/login", Map.of())
                        .expect(200)
                        .body()
                        .path("verifiedBy")
                        .asText())
                .isEqualTo("ACCOUNT_LOGIN");
        return request;
    }

    @Test
    @Order(1)
    void everythingIsHeldAndSharedByFiveProtocols() {
        person = opened(Map.of(
                "name", List.of("Nina " + MARKERS.get("name")),
                "email", List.of(MARKERS.get("email") + "@mail.example"),
                "screen-name", List.of(MARKERS.get("screen-name")),
                "payment-token", List.of("tok_" + MARKERS.get("payment-token")),
                "billing-details", List.of(MARKERS.get("billing-details") + " Lane 4, Bonn")));
        String other = opened(Map.of(
                "name", List.of("Otto " + SOMEBODY_ELSE),
                "email", List.of(SOMEBODY_ELSE + "@mail.example"),
                "payment-token", List.of("tok_" + SOMEBODY_ELSE)));
        for (String kind : PartnerServers.KINDS) {
            agree(person, kind);
            agree(other, kind);
        }
        integrator
                .post("/subjects/" + person + "/devices", Map.of("device", "d-" + MARKERS.get("device")))
                .expect(201);
        integrator
                .post(
                        "/device-records",
                        Map.of(
                                "records",
                                List.of(Map.of(
                                        "device",
                                        "d-" + MARKERS.get("device"),
                                        "category",
                                        "url-requests",
                                        "at",
                                        Instant.now().minusSeconds(1).toString(),
                                        "value",
                                        "https://site.example/" + MARKERS.get("record")))))
                .expect(204);
        List<String> left = new ArrayList<>();
        for (String subject : List.of(person, other)) {
            for (String kind : PartnerServers.KINDS) {
                boolean mail = kind.equals("smtp");
                String says = subject.equals(person) ? MARKERS.get("message") : SOMEBODY_ELSE;
                left.add(operator.post(
                                mail ? "/messages" : "/disclosures",
                                mail ? message(subject, says) : disclosure(subject, kind))
                        .expect(202)
                        .body()
                        .path("id")
                        .asText());
            }
        }
        await("the deliveries").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        left.stream().map(ErasureIT::state))
                .containsOnly("DELIVERED"));
    }

    @Test
    @Order(2)
    void theAnswerHasEverythingAboutThePersonAndNothingAboutAnybodyElse() throws IOException, InterruptedException {
        String access = requested(operator, person, "ACCESS");
        char[] password = operator.post("/requests/" + access + "/export", Map.of())
                .expect(202)
                .body()
                .path("password")
                .asText()
                .toCharArray();
        await("the answer").atMost(PATIENCE).until(() -> operator.get("/requests/" + access + "/export")
                .body()
                .path("state")
                .asText()
                .equals("READY"));
        byte[] file = fetch("/requests/" + access + "/export/file");
        Map<String, byte[]> parts = unzipped(file, password);
        assertThat(parts).containsKeys("answer.json", "answer.pdf", "answer.schema.json");
        assertThat(new String(parts.get("answer.pdf"), 0, 5, StandardCharsets.US_ASCII))
                .isEqualTo("%PDF-");
        String text = new String(parts.get("answer.json"), StandardCharsets.UTF_8);
        assertThat(text)
                .contains(Stream.of("name", "email", "screen-name", "payment-token", "billing-details")
                        .map(MARKERS::get)
                        .toList())
                .contains(
                        PartnerServers.KINDS.stream().map(PartnerServers::name).toList())
                .doesNotContain(SOMEBODY_ELSE);
        JsonNode answer = JSON.readTree(text);
        assertThat(answer.path("data")).hasSize(5);
        assertThat(answer.path("recipients")).hasSize(5);
        assertThat(answer.path("consents")).hasSizeGreaterThanOrEqualTo(5);
        assertThat(answer.path("requests")).isNotEmpty();
        assertThat(new Canary(List.of())
                        .add("email", MARKERS.get("email"))
                        .in(new String(file, StandardCharsets.ISO_8859_1)))
                .isEmpty();
        assertThat(operator.post("/requests/" + access + "/fulfilment", Map.of())
                        .expect(200)
                        .body()
                        .path("request")
                        .path("state")
                        .asText())
                .isEqualTo("FULFILLED");
    }

    private static Map<String, byte[]> unzipped(byte[] file, char[] password) throws IOException {
        Map<String, byte[]> parts = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file), password)) {
            for (LocalFileHeader each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                assertThat(each.isEncrypted()).as(each.getFileName()).isTrue();
                parts.put(each.getFileName(), zip.readAllBytes());
            }
        }
        return parts;
    }

    @Test
    @Order(3)
    void nobodyCanReadThePersonAnyMoreAndWhatWaitedIsStopped() throws IOException, InterruptedException {
        servers.stop(DOWN);
        queued = operator.post("/disclosures", disclosure(person, DOWN))
                .expect(202)
                .body()
                .path("id")
                .asText();
        await("a try")
                .atMost(PATIENCE)
                .until(() -> operator.get("/disclosures/" + queued)
                                .body()
                                .path("attempts")
                                .asInt()
                        > 0);
        erasure = requested(operator, person, "ERASURE");

        JsonNode done = operator.post("/requests/" + erasure + "/fulfilment", Map.of())
                .expect(200)
                .body();

        assertThat(done.path("request").path("state").asText()).isEqualTo("OPEN");
        assertThat(done.path("awaiting").asInt()).isEqualTo(5);
        assertThat(done.path("stays")).isEmpty();
        assertThat(done.path("recipients"))
                .hasSize(5)
                .allSatisfy(each -> assertThat(each.path("answer").asText()).isEqualTo("AWAITED"));
        // at once, or after the try that was under way
        await("the end of what waited").atMost(PATIENCE).until(() -> state(queued)
                .equals("CANCELLED"));
        assertGone();
    }

    private static void assertGone() throws IOException, InterruptedException {
        for (String path : List.of("/subjects/" + person, "/accounts/" + person)) {
            assertThat(operator.get(path).status()).as(path).isIn(404, 410);
        }
        assertThat(operator.get("/subjects/" + person + "/devices").body().path("items"))
                .isEmpty();
        assertThat(integrator
                        .post("/subjects/" + person + "/devices", Map.of("device", "d-another"))
                        .status())
                .isIn(404, 410);
        for (String kind : PartnerServers.KINDS) {
            Api.Answer shared = kind.equals("smtp")
                    ? operator.post("/messages", message(person, "none"))
                    : operator.post("/disclosures", disclosure(person, kind));
            assertThat(shared.status()).as(kind).isIn(403, 404, 409, 410);
            assertThat(shared.body().path("code").asText()).as(kind).isIn("DENIED", "NOT_FOUND", "CONFLICT");
        }
        HttpResponse<byte[]> soap = send(
                "POST",
                "/soap/v1",
                "text/xml; charset=utf-8",
                Soap.envelope("<share xmlns=\"urn:pledge:sharing:v1\"><subject>" + person + "</subject><partner>"
                        + PartnerServers.name("rest")
                        + "</partner><purpose>delivery</purpose><field>email</field></share>"));
        assertThat(soap.statusCode()).isEqualTo(500);
        assertThat(new String(soap.body(), StandardCharsets.UTF_8)).contains("faultcode");
        Platform.Result shown =
                platform.pledge("shell", "subject:show --tenant " + PartnerServers.TENANT + " " + person);
        assertThat(shown.code()).isNotZero();
        assertThat(shown.out()).doesNotContain(MARKERS.values());
        assertThat(shell("subject:list --tenant " + PartnerServers.TENANT)).doesNotContain(person);
        String again = operator.post(
                        "/subjects/" + person + "/requests",
                        Map.of("type", "ACCESS", "jurisdiction", "DE", "channel", "web"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        operator.post("/requests/" + again + "/login", Map.of()).expect(200); // as for anybody nobody knows
        operator.post("/requests/" + again + "/withdrawal", Map.of()).expect(200);
    }

    @Test
    @Order(4)
    void theRequestStaysOpenAndSeenWhileOneRecipientHasNotConfirmed() throws IOException, InterruptedException {
        for (String kind : PartnerServers.KINDS) {
            if (!kind.equals(DOWN)) {
                confirm(kind);
            }
        }
        await("the end of the tries").atMost(PATIENCE).untilAsserted(() -> assertThat(notices(DOWN))
                .isNotEmpty()
                .allSatisfy(notice -> assertThat(notice.path("state").asText()).isEqualTo("PARKED")));

        JsonNode done = operator.post("/requests/" + erasure + "/fulfilment", Map.of())
                .expect(200)
                .body();

        assertThat(done.path("awaiting").asInt()).isEqualTo(1);
        JsonNode request = operator.get("/requests/" + erasure).expect(200).body();
        assertThat(request.path("state").asText()).isEqualTo("OPEN");
        assertThat(request.path("carriedOut").asText()).isNotEmpty();
        assertThat(operator.get("/requests").expect(200).body().path("items").findValuesAsText("id"))
                .contains(erasure);
        assertThat(shell("rights:due --days 365 --tenant " + PartnerServers.TENANT))
                .contains(erasure);
        JsonNode statement =
                statement(new String(fetch("/requests/" + erasure + "/certificate"), StandardCharsets.US_ASCII));
        assertThat(statement.path("complete").asBoolean(true)).isFalse();
        assertThat(answers(statement))
                .containsEntry(PartnerServers.name(DOWN), "AWAITED")
                .containsEntry("rest-partner", "CONFIRMED");
    }

    private static List<JsonNode> notices(String kind) {
        List<JsonNode> notices = new ArrayList<>();
        operator.get("/subjects/" + person + "/notices")
                .expect(200)
                .body()
                .path("items")
                .forEach(notices::add);
        return notices.stream()
                .filter(notice -> notice.path("partner").asText().equals(PartnerServers.name(kind)))
                .toList();
    }

    /** As the partner's own system would, once it was told. */
    private static void confirm(String kind) throws IOException {
        await("a notice to " + kind).atMost(PATIENCE).untilAsserted(() -> assertThat(notices(kind))
                .isNotEmpty()
                .allSatisfy(notice -> assertThat(notice.path("state").asText()).isEqualTo("DELIVERED")));
        Api partner = new Api(platform.url(), PARTNER_TOKENS.get(PartnerServers.name(kind)));
        for (JsonNode notice : notices(kind)) {
            String id = notice.path("id").asText();
            await("what " + kind + " received").atMost(PATIENCE).untilAsserted(() -> assertThat(
                            new Canary(List.of()).add("notice", id).below(servers.folderOf(kind)))
                    .isNotEmpty());
            partner.post("/notices/" + id + "/acknowledgement", Map.of()).expect(200);
        }
    }

    private static JsonNode statement(String jws) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(jws.strip().split("\\.")[1]));
    }

    private static Map<String, String> answers(JsonNode statement) {
        Map<String, String> answers = new TreeMap<>();
        statement
                .path("recipients")
                .forEach(each -> answers.put(
                        each.path("partner").asText(), each.path("answer").asText()));
        return answers;
    }

    @Test
    @Order(5)
    void itClosesByItselfWithTheLastConfirmation() throws IOException {
        servers.restart(DOWN);
        notices(DOWN).forEach(notice -> assertThat(platform.pledge(
                                "shell",
                                "sharing:retry --tenant " + PartnerServers.TENANT + " "
                                        + notice.path("id").asText())
                        .code())
                .isZero());
        confirm(DOWN);
        await("the end of the request").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        operator.get("/requests/" + erasure)
                                .expect(200)
                                .body()
                                .path("state")
                                .asText())
                .isEqualTo("FULFILLED"));
        assertThat(shell("rights:due --days 365 --tenant " + PartnerServers.TENANT))
                .doesNotContain(erasure);
    }

    @Test
    @Order(6)
    void aCardGoesWithItsHolder() {
        CardDesk desk = new CardDesk(platform, PAYERS, tokens, answer -> {});
        Api payers = new Api(platform.url(), tokens.get(PAYERS + "/operator"));
        await("the vault").atMost(PATIENCE).until(() -> desk.keys().status() == 200);
        String payer =
                desk.customer(Map.of("tier", "paid", "holder", "INDIVIDUAL", "jurisdiction", "US", "fields", Map.of()));
        String card = desk.store(payer, EncryptedCard.encrypt(desk.keys().body(), CARD, Map.of()))
                .expect(201)
                .token();
        payers.get("/cards/" + card).expect(200);
        String request = requested(payers, payer, "ERASURE");
        assertThat(payers.post("/requests/" + request + "/fulfilment", Map.of())
                        .expect(200)
                        .body()
                        .path("request")
                        .path("state")
                        .asText())
                .isEqualTo("FULFILLED");
        assertThat(payers.get("/cards/" + card).status()).isIn(404, 410);
        assertThat(payers.get("/subjects/" + payer + "/cards").body().path("items"))
                .isEmpty();
        assertThat(desk.store(payer, EncryptedCard.encrypt(desk.keys().body(), CARD, Map.of()))
                        .status())
                .isIn(403, 404, 410);
    }

    @Test
    @Order(7)
    void theCertificateSaysWhatWentAndVerifiesWithoutThePlatform() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(EVIDENCE);
        byte[] signed = fetch("/requests/" + erasure + "/certificate");
        certificate = Files.write(folder.resolve("certificate.jws"), signed);
        HttpResponse<byte[]> published = CLIENT.send(
                HttpRequest.newBuilder(
                                URI.create(platform.url() + "/tenants/" + PartnerServers.TENANT + "/attestation-keys"))
                        .build(),
                BodyHandlers.ofByteArray());
        keys = Files.write(folder.resolve("keys.jwks"), published.body());
        JsonNode statement = statement(new String(signed, StandardCharsets.US_ASCII));
        assertThat(statement.path("complete").asBoolean()).isTrue();
        assertThat(statement
                        .path("request")
                        .path("id")
                        .asText(statement.path("request").asText()))
                .isEqualTo(erasure);
        assertThat(statement.path("removed").path(0).path("fields").toString())
                .contains("name", "email", "screen-name", "payment-token", "billing-details");
        assertThat(answers(statement).values()).hasSize(5).containsOnly("CONFIRMED");
        assertThat(statement.toString()).doesNotContain(MARKERS.values());
        assertThat(fetch("/requests/" + erasure + "/certificate"))
                .as("the final one stays the same")
                .isEqualTo(signed);
    }

    /**
     * No object holds a value, as a text or otherwise. Buffers into which servers and clients write what they
     * send and read are not looked at: they hold the end of what was there before until something longer comes.
     */
    @Test
    @Order(8)
    void nothingOfThePersonIsInAnObjectOfTheProcess() throws IOException {
        Path heap = Files.createDirectories(EVIDENCE.resolve("heap"));
        Path dump = EVIDENCE.resolve("after.hprof");
        Files.deleteIfExists(dump);
        Platform.Result dumped = Platform.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(platform.pid()),
                        "GC.heap_dump",
                        dump.toString()),
                Map.of());
        assertThat(dumped.out()).contains("Heap dump file created");
        HeapDump.arrays(dump, heap.resolve("arrays"), SHORTEST_BUFFER - 1);
        assertThat(found(canary(), heap)).containsExactly("arrays: planted plain");
    }

    private static Canary canary() {
        Canary canary = new Canary(List.of(CARD)).add("planted plain", PLANTED);
        MARKERS.forEach((what, marker) ->
                Canary.shapesOfText(marker).forEach((shape, bytes) -> canary.add(what + " " + shape, bytes)));
        return canary;
    }

    private static List<String> found(Canary canary, Path folder) throws IOException {
        return canary.below(folder).stream().sorted().toList();
    }

    /** After it the platform is down. */
    @Test
    @Order(9)
    void nothingOfThePersonIsInAFileOfThePlatform() throws IOException {
        Path data = platform.home().resolve("data");
        assertThat(found(canary(), data)).as("while it runs").isEmpty();

        assertThat(platform.pledge("stop").code()).isZero();

        for (String each : List.of("log", "tmp", "db")) {
            Files.writeString(Files.createDirectories(data.resolve(each)).resolve("planted"), "<" + PLANTED + ">");
        }
        assertThat(found(canary(), data))
                .as("after it stopped")
                .containsExactly(
                        "db/planted: planted plain", "log/planted: planted plain", "tmp/planted: planted plain");
        assertThat(new Canary(List.of())
                        .add("a name", PartnerServers.name(DOWN))
                        .below(data.resolve("db")))
                .as("what is not sealed is found in the database")
                .isNotEmpty();
        for (String each : List.of("etc", "deploy", "instances")) {
            Path folder = platform.home().resolve(each);
            assertThat(Files.isDirectory(folder) ? found(canary(), folder) : List.of())
                    .as(each)
                    .allMatch(one -> one.equals("system.properties: planted plain"));
        }
    }

    @Test
    @Order(10)
    void aCertificateWithOneByteChangedDoesNotVerify() throws IOException {
        assertThat(verified(certificate).out()).contains("Verified", erasure).containsPattern("\"complete\": ?true");
        assertThat(verified(certificate).code()).isZero();
        byte[] bytes = Files.readAllBytes(certificate);
        for (int at : new int[] {bytes.length / 2, bytes.length - 20, 30}) {
            byte[] changed = bytes.clone();
            changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');
            Path other = Files.write(certificate.resolveSibling("changed.jws"), changed);
            assertThat(verified(other).code()).as("byte %d", at).isEqualTo(1);
            assertThat(verified(other).out()).contains("NOT verified");
        }
    }

    private static Platform.Result verified(Path file) {
        return platform.pledge("verify", file.toString(), "--keys", keys.toString());
    }
}
