package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pledge.demo.Api;
import org.pledge.demo.Partner;
import org.pledge.demo.Stage;
import org.pledge.demo.Story;
import org.pledge.demo.Tenant;
import org.pledge.demo.Yaml;

/** The story and the launcher, over real sockets, against the platform as a user starts it. */
class PlatformIT {
    private static final Path POLICIES = Path.of(System.getProperty("policies"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Platform platform;

    @BeforeAll
    static void start() {
        platform = Platform.unpack("platform");
        platform.start();
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
    }

    @TestFactory
    Stream<DynamicTest> theSameRequestGetsFiveAnswers() throws IOException, InterruptedException {
        Stage stage =
                new Stage(platform.launcher(), platform.url(), platform.home().resolve("data/demo"), false);
        Story story = stage.story();
        List<DynamicTest> steps = new ArrayList<>();
        for (JsonNode question : Yaml.read(POLICIES.resolve("questions.yaml")).path("questions")) {
            for (Tenant tenant : stage.tenants()) {
                JsonNode right = Yaml.read(POLICIES.resolve(tenant.name() + ".answers.yaml"))
                        .path("answers")
                        .path(question.path("id").asText());
                steps.add(DynamicTest.dynamicTest(question.path("id").asText() + " " + tenant.name(), () -> {
                    Story.Step step = story.play(tenant, question, right);
                    assertThat(step.fault()).as(step.sentence()).isEmpty();
                }));
            }
        }
        assertThat(steps).hasSize(50);
        steps.add(DynamicTest.dynamicTest("no connection was opened without a permission", () -> {
            assertThat(story.strayConnections()).isEmpty();
            stage.close();
        }));
        return steps.stream();
    }

    @Test
    void aCommandWithoutATerminalPrintsItsTableAndReturnsItsExitCode() {
        Platform.Result list = platform.pledge("shell", "policy:list");
        assertThat(list.code()).isZero();
        assertThat(list.out()).contains("Korax Web Services", "Opentracker.net");

        Platform.Result denied =
                platform.pledge("shell", "policy:explain --tenant anonymizer marketing-partner marketing email");
        assertThat(denied.code()).isEqualTo(3);
        assertThat(denied.out()).contains("DENIED by AN-12");
    }

    @Test
    void statusSaysThatThePlatformIsUp() {
        Platform.Result status = platform.pledge("status");

        assertThat(status.code()).isZero();
        assertThat(status.out()).contains("UP");
    }

    @Test
    void theLogShowsNeitherEmailsNorAddressesNorCardNumbers() {
        platform.pledge(
                "shell",
                "log:log --level ERROR \"canary someone@mail.example 192.0.2.7 2001:db8::5 fe80::1 4111111111111111"
                        + " end\"");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(platform.log())
                .contains("canary [email] [address] [address] [address] [number] end"));
        assertThat(platform.log()).doesNotContain("someone@mail", "192.0.2.7", "2001:db8", "fe80", "4111111111");
    }

    @Test
    void aTakenPortIsNamedTogetherWithTheFileThatChangesIt() {
        Platform other = Platform.unpack("other");

        Platform.Result start = other.pledge(Map.of("PLEDGE_HTTP_PORT", String.valueOf(platform.httpPort())), "start");

        assertThat(start.code()).isEqualTo(1);
        assertThat(start.out())
                .contains(
                        "port " + platform.httpPort() + " is taken", "PLEDGE_HTTP_PORT=PORT", "org.ops4j.pax.web.cfg");
    }

    @Test
    void eachCommandOfTheLauncherTellsItsUsage() {
        for (String command : List.of("start", "stop", "status", "shell", "logs", "demo", "build", "sign", "key")) {
            Platform.Result help = platform.pledge(command, "--help");
            assertThat(help.code()).as(command).isZero();
            assertThat(help.out()).contains("pledge " + command);
        }
        assertThat(platform.pledge("stop", "now").code()).isEqualTo(1);
        assertThat(platform.pledge("status").code()).as("still running").isZero();
    }

    @Test
    void theExitCodeOfStatusTellsAStoppedPlatformFromOneThatDied() throws IOException {
        Platform other = Platform.unpack("status");

        assertThat(other.pledge("status").code()).isEqualTo(3);
        Process ended = new ProcessBuilder("true").start();
        await().atMost(PATIENCE).until(() -> !ended.isAlive());
        Files.writeString(
                Files.createDirectories(other.home().resolve("data")).resolve("pledge.pid"), ended.pid() + "\n");
        Platform.Result died = other.pledge("status");
        assertThat(died.code()).isEqualTo(1);
        assertThat(died.out()).contains("ended by itself");
    }

    @Test
    void aKeyIsTrustedInTheFolderThatIsNamed() {
        Path folder = platform.home().resolve("elsewhere");

        Platform.Result key = platform.pledge(
                "key", "ops", "--key", folder.resolve("ops.key").toString(), "--trust", folder.toString());

        assertThat(key.code()).as(key.out()).isZero();
        assertThat(folder.resolve("ops.pub")).exists();
        assertThat(platform.home().resolve("etc/keys/deploy/ops.pub")).doesNotExist();
    }

    @Test
    void anotherJavaIsRefusedByName() throws IOException {
        Path java = Files.createDirectories(Path.of("target/java11/bin").toAbsolutePath())
                .resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Platform other = Platform.unpack("java");

        Platform.Result start =
                other.pledge(Map.of("JAVA_HOME", java.getParent().getParent().toString()), "start");

        assertThat(start.code()).isEqualTo(1);
        assertThat(start.out()).contains("Java 11 is not supported. Install JDK 17");
    }

    @Test
    void aTenantsSiteSendsWhatItsPolicyAndTheVisitorAllow() {
        Map<String, String> tokens = Credentials.issue(platform, List.of("anyip", "opentracker"));
        Api tracker = new Api(platform.url(), tokens.get("opentracker/integrator"));
        Api anyip = new Api(platform.url(), tokens.get("anyip/integrator"));

        assertThat(tracker.get("/cookies").expect(200).body().findValuesAsText("name"))
                .containsExactly("visitor", "cookie-consent");
        String visitor = "visitor=a7f3; Path=/; Max-Age=7776000";
        assertThat(faults(tracker, Map.of("cookies", List.of(visitor), "country", "NL")))
                .containsExactly("NO_PRIOR_CONSENT by OT-6");
        assertThat(faults(tracker, Map.of("cookies", List.of(visitor), "country", "US")))
                .containsExactly("");
        assertThat(faults(tracker, Map.of("cookies", List.of(visitor), "country", "US", "gpc", true)))
                .containsExactly("REFUSED_BY_VISITOR by OT-6");
        assertThat(faults(tracker, Map.of("cookies", List.of("canary-name=canary-value"))))
                .containsExactly("UNREGISTERED by AI-14");

        JsonNode choice = tracker.post("/visitor-choices", Map.of("statistics", true))
                .expect(200)
                .body();
        assertThat(choice.path("setCookies").path(0).asText()).startsWith("cookie-consent=statistics; ");
        assertThat(faults(tracker, Map.of("cookies", List.of(visitor), "country", "NL", "choice", "statistics")))
                .containsExactly("");

        assertThat(faults(anyip, Map.of("cookies", List.of("session=1; Max-Age=60", "registration=a@b.example"))))
                .containsExactly("LIVES_TOO_LONG by AI-15", "PERSONAL_VALUE by KX-18");
        assertThat(faults(anyip, Map.of("beacons", List.of("pixel.anyip.io", "pixel.example"), "choice", "refused")))
                .containsExactly("REFUSED_BEACON by AI-17", "UNREGISTERED_BEACON by AI-17");

        String record = new Api(platform.url(), tokens.get("opentracker/auditor"))
                .get("/audit?limit=200")
                .expect(200)
                .body()
                .toString();
        assertThat(record).contains("NO_PRIOR_CONSENT", "cookie-check").doesNotContain("canary", "a7f3");
        assertThat(platform.pledge("shell", "policy:cookies --tenant anyip").out())
                .contains("page-pixel", "pixel.anyip.io", "cookie-consent");
    }

    @Test
    void nobodyWorksWithPeoplesDataBeforeTheDutyOfConfidentialityIsAcceptedWhereThatIsPromised() {
        Api newcomer = newcomer("anyip");
        JsonNode refused = newcomer.get("/accounts").expect(403).body();
        assertThat(refused.path("promises").toString()).contains("AI-31");
        assertThat(refused.path("remedy").asText()).contains("/api/v1/confidentiality");
        newcomer.post("/confidentiality/acceptances", Map.of("digest", "0".repeat(64)))
                .expect(412);
        newcomer.get("/accounts").expect(403);

        assertThat(newcomer.acceptConfidentiality()).isTrue();

        newcomer.get("/accounts").expect(200);
        assertThat(platform.pledge("shell", "pledge:confidentiality-list --tenant anyip --output csv")
                        .out())
                .contains("newcomer");
        assertThat(newcomer("korax").get("/accounts").expect(200).status()).isEqualTo(200);
    }

    private static Api newcomer(String tenant) {
        Matcher token = Pattern.compile("pl_[A-Za-z0-9_-]{20,}")
                .matcher(platform.pledge(
                                "shell", "pledge:credential-issue --tenant " + tenant + " --role operator newcomer")
                        .out());
        assertThat(token.find()).isTrue();
        return new Api(platform.url(), token.group());
    }

    /** What is said about each cookie, then about each beacon: nothing of what may be sent. */
    private static List<String> faults(Api site, Map<String, Object> sending) {
        JsonNode verdicts = site.post("/cookie-checks", sending).expect(200).body();
        List<String> faults = new ArrayList<>();
        for (String part : List.of("cookies", "beacons")) {
            verdicts.path(part)
                    .forEach(verdict -> faults.add(
                            verdict.path("kept").asBoolean()
                                    ? ""
                                    : verdict.path("fault").asText() + " by "
                                            + verdict.path("promises").path(0).asText()));
        }
        return faults;
    }

    @Test
    void anAnswerLeavesWhileTheInquiryIsOpenAndNotAfterwards() throws IOException {
        Map<String, String> tokens = Credentials.issue(platform, List.of("iwebtrack"));
        Api desk = new Api(platform.url(), tokens.get("iwebtrack/operator"));
        AtomicInteger received = new AtomicInteger();
        AtomicBoolean busy = new AtomicBoolean();
        HttpServer mail = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mail.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            received.incrementAndGet();
            exchange.sendResponseHeaders(busy.get() ? 503 : 204, -1);
            exchange.close();
        });
        mail.start();
        try {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            Map<String, Object> agreement = Map.of(
                    "fields", List.of("email", "message"),
                    "purposes", List.of("inquiry-response"),
                    "region", "NL",
                    "from", today.minusDays(1).toString(),
                    "until", today.plusYears(1).toString());
            new Api(platform.url(), tokens.get("iwebtrack/integrator"))
                    .put(
                            "/partners/answer-carrier",
                            Map.of(
                                    "recipient",
                                    "mail-service",
                                    "agreement",
                                    agreement,
                                    "endpoint",
                                    "http://127.0.0.1:" + mail.getAddress().getPort() + "/inbox"))
                    .expect(200);
            String subject = desk.post(
                            "/accounts",
                            Map.of(
                                    "tier", "member",
                                    "holder", "INDIVIDUAL",
                                    "jurisdiction", "US",
                                    "birthDate", "1971-09-30",
                                    "fields", Map.of("email", List.of("asks@mail.example"))))
                    .expect(201)
                    .body()
                    .path("id")
                    .asText();
            String inquiries = "/subjects/" + subject + "/inquiries";

            JsonNode refusal =
                    desk.post("/disclosures", answer(subject)).expect(403).body();
            assertThat(refusal.path("promises").path(0).asText()).isEqualTo("IW-8");
            assertThat(refusal.path("remedy").asText()).contains("inquiry:open --tenant iwebtrack");

            String inquiry =
                    desk.post(inquiries, Map.of()).expect(201).body().path("id").asText();
            String sent = accepted(desk, subject);
            await().atMost(PATIENCE).until(() -> state(desk, sent).equals("DELIVERED"));
            assertThat(received).hasValue(1);

            busy.set(true);
            String waiting = accepted(desk, subject);
            await().atMost(PATIENCE)
                    .until(() -> received.get() > 1 && state(desk, waiting).equals("QUEUED"));
            String close = inquiries + "/" + inquiry + "/close";
            JsonNode closing = desk.post(close, Map.of()).expect(200).body();
            int atTheEnd = received.get();
            assertThat(closing.path("inDoubt").findValuesAsText("disclosure")).containsExactly(waiting);
            // the server stays busy, so that a try that was under way at the end of the inquiry fails, too
            await().atMost(PATIENCE).until(() -> state(desk, waiting).equals("CANCELLED"));
            int before = received.get();
            assertThat(before).isBetween(atTheEnd, atTheEnd + 1);
            busy.set(false);

            desk.post("/disclosures", answer(subject)).expect(403);
            assertThat(desk.post(close, Map.of()).expect(200).body().path("inDoubt"))
                    .isEmpty();
            assertThat(platform.pledge("shell", "inquiry:list --tenant iwebtrack " + subject)
                            .out())
                    .contains(inquiry, "CLOSED");
            assertThat(new Api(platform.url(), tokens.get("iwebtrack/auditor"))
                            .get("/audit?limit=200")
                            .expect(200)
                            .body()
                            .findValuesAsText("act"))
                    .contains("INQUIRY_OPENED", "INQUIRY_CLOSED", "DISCLOSURE_CANCELLED");
            assertThat(received).hasValue(before);
        } finally {
            mail.stop(0);
        }
    }

    @Test
    void afterAnOptOutNoReminderOfAnExpiryGoesOut() {
        Map<String, String> tokens = Credentials.issue(platform, List.of("anonymizer"));
        Api desk = new Api(platform.url(), tokens.get("anonymizer/operator"));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, Object> agreement = Map.of(
                "fields", List.of("email", "message"),
                "purposes", List.of("expiry-notice"),
                "region", "NL",
                "from", today.minusDays(1).toString(),
                "until", today.plusYears(1).toString());
        new Api(platform.url(), tokens.get("anonymizer/integrator"))
                .put(
                        "/partners/reminder-carrier",
                        Map.of("recipient", "mail-service", "agreement", agreement, "endpoint", "http://127.0.0.1:1/"))
                .expect(200);
        String subject = desk.post(
                        "/accounts",
                        Map.of(
                                "tier", "paid",
                                "holder", "INDIVIDUAL",
                                "jurisdiction", "US",
                                "fields", Map.of("email", List.of("ends@mail.example"))))
                .expect(201)
                .body()
                .path("id")
                .asText();
        Map<String, Object> reminder = Map.of(
                "subject",
                subject,
                "partner",
                "reminder-carrier",
                "purpose",
                "expiry-notice",
                "fields",
                List.of("email", "message"),
                "supplied",
                Map.of("message", "Your account ends tomorrow."));
        assertThat(desk.post("/decisions", reminder)
                        .expect(200)
                        .body()
                        .path("decision")
                        .asText())
                .isEqualTo("PERMITTED");

        String request = desk.post(
                        "/subjects/" + subject + "/requests",
                        Map.of("type", "OPT_OUT", "jurisdiction", "US", "channel", "web"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        desk.post("/requests/" + request + "/fulfilment", Map.of()).expect(200);

        JsonNode refusal = desk.post("/disclosures", reminder).expect(403).body();
        assertThat(refusal.path("promises").path(0).asText()).isEqualTo("AN-15");
    }

    @Test
    void aJobApplicationIsUnreadableForMarketing() {
        Map<String, String> tokens = Credentials.issue(platform, List.of("iwebtrack"));
        Api desk = new Api(platform.url(), tokens.get("iwebtrack/operator"));
        String subject = desk.post(
                        "/accounts",
                        Map.of(
                                "tier",
                                "member",
                                "holder",
                                "INDIVIDUAL",
                                "jurisdiction",
                                "US",
                                "birthDate",
                                "1971-09-30",
                                "fields",
                                Map.of(
                                        "email", List.of("applies@mail.example"),
                                        "job-application", List.of("ten years at sea"))))
                .expect(201)
                .body()
                .path("id")
                .asText();

        JsonNode marketing = desk.get("/subjects/" + subject + "?purpose=own-offers")
                .expect(200)
                .body();
        assertThat(marketing.path("fields").has("email")).isTrue();
        assertThat(marketing.path("fields").has("job-application")).isFalse();
        assertThat(marketing.at("/withheld/0/promises/0").asText()).isEqualTo("IW-9");
        assertThat(platform.pledge("shell", "subject:show --tenant iwebtrack --purpose own-offers " + subject)
                        .out())
                .contains("WITHHELD by IW-9: \"job-application\" serves recruitment, not own-offers");
        assertThat(desk.get("/subjects/" + subject + "?purpose=recruitment")
                        .expect(200)
                        .body()
                        .at("/fields/job-application/0")
                        .asText())
                .isEqualTo("ten years at sea");
    }

    @Test
    void manyRecordsAreSharedAtOnceEachWithItsOwnOutcome() throws IOException {
        Korax korax = new Korax(platform);
        try (Partner partner = Partner.start(Korax.SHIPPER, platform.home().resolve("data/keys/partners"), false)) {
            korax.shipper(partner.endpoint());
            List<String> people = List.of(korax.person(1), korax.person(2), korax.person(3));
            korax.agree(people.get(0));
            korax.agree(people.get(2));
            Map<String, Object> batch = Map.of(
                    "disclosures",
                    List.of(
                            Korax.parcel(people.get(0)),
                            Korax.parcel(people.get(1)),
                            Korax.parcel(people.get(2)),
                            Korax.parcel(people.get(0))));

            JsonNode outcomes = korax.operator()
                    .post("/disclosures/batch", batch, "batch-1")
                    .expect(200)
                    .body()
                    .path("outcomes");

            assertThat(outcomes.findValuesAsText("subject"))
                    .containsExactly(people.get(0), people.get(2), people.get(0));
            assertThat(outcomes.at("/1/status").asInt()).isEqualTo(403);
            assertThat(outcomes.at("/1/problem/code").asText()).isEqualTo("DENIED");
            List<String> made = List.of(0, 2, 3).stream()
                    .map(place -> outcomes.at("/" + place + "/disclosure/id").asText())
                    .toList();
            made.forEach(disclosure -> await().atMost(PATIENCE)
                    .until(() -> state(korax.operator(), disclosure).equals("DELIVERED")));
            JsonNode again = korax.operator()
                    .post("/disclosures/batch", batch, "batch-1")
                    .expect(200)
                    .body()
                    .path("outcomes");
            assertThat(again.findValuesAsText("id")).isEqualTo(made);
            assertThat(again.at("/0/disclosure/state").asText()).isEqualTo("DELIVERED");
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    private static Map<String, Object> answer(String subject) {
        return Map.of(
                "subject",
                subject,
                "partner",
                "answer-carrier",
                "purpose",
                "inquiry-response",
                "fields",
                List.of("email", "message"),
                "supplied",
                Map.of("message", "We looked into it."));
    }

    private static String accepted(Api desk, String subject) {
        return desk.post("/disclosures", answer(subject))
                .expect(202)
                .body()
                .path("id")
                .asText();
    }

    private static String state(Api desk, String disclosure) {
        return desk.get("/disclosures/" + disclosure)
                .expect(200)
                .body()
                .path("state")
                .asText();
    }

    @Test
    void aSixthPackDroppedIntoTheRunningPlatformIsInForce() throws IOException {
        String korax = Files.readString(POLICIES.resolve("korax.policy.yaml"));
        platform.deploy(
                platform.home().resolve("etc/policies/sixth.policy.yaml"),
                korax.replace("tenant: korax", "tenant: sixth").replace("Korax Web Services", "Sixth"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        platform.pledge("shell", "policy:list").out())
                .contains("sixth"));
    }

    @Test
    void aBrokenPackIsRefusedBesideItselfAndTheOldVersionStays() throws IOException {
        Path pack = platform.home().resolve("etc/policies/iwebtrack.policy.yaml");
        String text = Files.readString(pack);
        platform.deploy(pack, text.replace("version: 5", "version: 6").replace("basis: contract", "basis: whim"));
        Path report = pack.resolveSibling(pack.getFileName() + ".refused");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(report).content().contains("iwebtrack.policy.yaml:", "basis"));

        assertThat(platform.pledge("shell", "policy:show --tenant iwebtrack").out())
                .contains("version 5");
        platform.deploy(pack, text);
        await().atMost(PATIENCE).until(() -> !Files.exists(report));
    }

    @Test
    void aPackThatIsNotSignedIsRefusedBesideItself() throws IOException {
        Path pack = platform.home().resolve("etc/policies/seventh.policy.yaml");
        Files.writeString(
                pack,
                Files.readString(POLICIES.resolve("korax.policy.yaml"))
                        .replace("tenant: korax", "tenant: seventh")
                        .replace("Korax Web Services", "Seventh"));
        Path report = pack.resolveSibling(pack.getFileName() + ".refused");

        await().atMost(PATIENCE).until(() -> Files.exists(report) && Files.size(report) > 0);

        assertThat(Files.readString(report)).contains("UNSIGNED", "./pledge sign seventh.policy.yaml");
        assertThat(platform.pledge("shell", "policy:list").out()).doesNotContain("seventh");
    }
}
