package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.pledge.demo.Api;

/**
 * Hostile requests against the built distribution. Each is refused within a bound; nothing goes out, neither answer nor
 * log repeats what was sent, and afterwards the platform holds no more memory than before.
 */
class HostileIT {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** How much slower than the health page an answer may be, beside the bound: a loaded machine slows both. */
    private static final int SLOWNESS = 20;

    private static final int HEALTHS = 3;
    private static final int UNFINISHED = 40;
    private static final long HEAP_MEBIBYTES = 32;
    private static final Pattern FULL = Pattern.compile("Pause Full .*?(\\d+)M->(\\d+)M\\(");
    private static final String UNKNOWN = UUID.randomUUID().toString();

    private static Platform platform;
    private static CountingListener listener;
    private static Attack.Ground ground;
    private static OtherTenant other;
    private static Map<String, String> tokens;
    private static Path collections;
    private static long heap;
    private static long process;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("hostile");
        collections = platform.home().resolve("data/gc.log");
        Files.createDirectories(collections.getParent());
        // a full collection whenever the machine was idle for a while: the heap is then what is really held
        Platform.Result started = platform.pledge(
                Map.of(
                        "EXTRA_JAVA_OPTS",
                        "-XX:+UseG1GC -XX:G1PeriodicGCInterval=3000 -XX:-G1PeriodicGCInvokesConcurrent -Xlog:gc:file="
                                + collections),
                "start");
        assertThat(started.code()).as(started.out()).isZero();
        process = Long.parseLong(
                Files.readString(platform.home().resolve("data/pledge.pid")).trim());
        tokens = Credentials.issue(platform, List.of("korax", "anyip"));
        listener = new CountingListener();
        ground = new Attack.Ground(platform.httpPort(), tokens.get("korax/operator"), listener.port());
        other = new OtherTenant(
                new Api(platform.url(), tokens.get("anyip/operator")),
                new Api(platform.url(), tokens.get("anyip/integrator")),
                new Api(platform.url(), tokens.get("anyip/officer")));
        warm();
        heap = heapAfterFullCollection();
    }

    /** What is loaded once, and the first answer of each part, are not the attacks' doing. */
    private static void warm() throws IOException {
        for (int i = 0; i < 20; i++) {
            for (byte[] request : List.of(
                    ground.json("/api/v1/decisions", "{"),
                    ground.get("/api/v1/policy/promises").getBytes(StandardCharsets.ISO_8859_1),
                    ground.soap("<a/>"),
                    ground.get("/soap/v1?wsdl").getBytes(StandardCharsets.ISO_8859_1))) {
                assertThat(Wire.send(ground.port(), request, PATIENCE).closed()).isTrue();
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (other != null) {
            other.close();
        }
        if (listener != null) {
            listener.close();
        }
        platform.pledge("stop");
    }

    @TestFactory
    Stream<DynamicTest> everyHostileRequestIsRefusedAndLeavesNothingBehind() {
        List<Attack> attacks = new ArrayList<>();
        attacks.addAll(HostileJson.all(ground));
        attacks.addAll(HostileXml.all(ground));
        attacks.addAll(HostileHttp.all(ground));
        List<DynamicTest> tests = new ArrayList<>();
        for (Attack attack : attacks) {
            tests.add(DynamicTest.dynamicTest(attack.name(), () -> withstands(attack)));
        }
        tests.addAll(foreign());
        tests.add(DynamicTest.dynamicTest("bodies that never end", this::othersAreAnsweredBesideBodiesThatNeverEnd));
        assertThat(tests).hasSizeGreaterThanOrEqualTo(60);
        tests.add(DynamicTest.dynamicTest("afterwards nothing went out", () -> assertThat(listener.connections())
                .isZero()));
        tests.add(DynamicTest.dynamicTest("afterwards no log repeats a payload", this::noLogRepeatsAPayload));
        tests.add(DynamicTest.dynamicTest("afterwards the process lives and is well", this::theProcessLives));
        tests.add(DynamicTest.dynamicTest("afterwards the heap is back", this::theHeapIsBack));
        return tests.stream();
    }

    private static void withstands(Attack attack) throws IOException {
        Duration bound = BOUND.plus(healthTakes().multipliedBy(SLOWNESS));
        Wire.Answer answer = Wire.send(ground.port(), attack.bytes(), bound);
        assertThat(answer.closed())
                .as("answered or closed within %s; so far: %s", bound, firstLine(answer))
                .isTrue();
        assertThat(answer.text().toLowerCase(java.util.Locale.ROOT)).doesNotContain(Attack.MARKER);
        assertThat(answer.text()).doesNotContain("root:", "127.0.0.1:" + listener.port(), "<code>INCIDENT</code>");
        if (attack.plain().isPresent()) {
            Wire.Answer plain = Wire.send(ground.port(), attack.plain().get(), bound);
            assertThat(answer.statuses()).isEqualTo(plain.statuses());
            assertThat(answer.body()).isEqualTo(plain.body());
        } else if (!answer.fault()) {
            assertThat(answer.statuses())
                    .as("4xx, or the 501 and 505 of HTTP itself")
                    .allMatch(status -> status >= 400 && status < 500 || status == 501 || status == 505);
        }
        assertThat(listener.connections()).as("connections that went out").isZero();
    }

    private static String firstLine(Wire.Answer answer) {
        return answer.text().lines().findFirst().orElse("nothing");
    }

    /** How long a plain answer takes at this moment. */
    private static Duration healthTakes() throws IOException {
        Duration longest = Duration.ZERO;
        for (int i = 0; i < HEALTHS; i++) {
            Wire.Answer answer = Wire.send(
                    ground.port(),
                    ("GET /api/v1/health HTTP/1.1\r\n" + ground.host() + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1),
                    PATIENCE);
            assertThat(answer.status()).isEqualTo(200);
            longest = answer.took().compareTo(longest) > 0 ? answer.took() : longest;
        }
        return longest;
    }

    /** A credential of one tenant with identifiers of another gets what it gets for identifiers of nobody. */
    private static List<DynamicTest> foreign() {
        String decide = "{\"subject\":\"%s\",\"partner\":\"%s\",\"purpose\":\"delivery\",\"fields\":[\"email\"]%s}";
        List<DynamicTest> tests = new ArrayList<>();
        for (String[] one : List.of(
                new String[] {"operator", "GET /accounts/", other.account(), "", ""},
                new String[] {"operator", "DELETE /accounts/", other.account(), "", ""},
                new String[] {
                    "operator",
                    "POST /accounts/",
                    other.account(),
                    "/contacts",
                    "{\"fields\":{\"email\":[\"a@b.example\"]}}"
                },
                new String[] {"operator", "GET /subjects/", other.subject(), "", ""},
                new String[] {
                    "operator", "PATCH /subjects/", other.subject(), "", "{\"fields\":{\"email\":[\"a@b.example\"]}}"
                },
                new String[] {"operator", "DELETE /subjects/", other.subject(), "", ""},
                new String[] {"operator", "PUT /subjects/", other.subject(), "/roles", "{\"roles\":[\"billing\"]}"},
                new String[] {"operator", "GET /subjects/", other.subject(), "/consents", ""},
                new String[] {"operator", "POST /subjects/", other.subject(), "/withdrawals", "{\"channel\":\"test\"}"},
                new String[] {"operator", "GET /subjects/", other.subject(), "/disclosures", ""},
                new String[] {"operator", "GET /subjects/", other.subject(), "/notices", ""},
                new String[] {"operator", "GET /disclosures/", other.disclosure(), "", ""},
                new String[] {"operator", "DELETE /disclosures/", other.disclosure(), "", ""},
                new String[] {"operator", "POST /disclosures/", other.disclosure(), "/retries", ""},
                new String[] {"operator", "GET /notices/", other.notice(), "", ""},
                new String[] {"operator", "POST /notices/", other.notice(), "/acknowledgement", ""},
                new String[] {"partner", "GET /notices/", other.notice(), "", ""},
                new String[] {"partner", "POST /notices/", other.notice(), "/acknowledgement", ""},
                new String[] {"officer", "GET /cases/", other.legalCase(), "", ""},
                new String[] {"officer", "POST /cases/", other.legalCase(), "/approvals", ""},
                new String[] {"officer", "POST /cases/", other.legalCase(), "/exceptions", "{\"promise\":\"AI-19\"}"},
                new String[] {"officer", "DELETE /cases/", other.legalCase(), "", ""})) {
            tests.add(DynamicTest.dynamicTest(
                    one[0] + " " + one[1] + "another's" + one[3],
                    () -> nobodys(
                            request(one[0], one[1] + one[2] + one[3], one[4]),
                            request(one[0], one[1] + UNKNOWN + one[3], one[4]))));
        }
        for (String path : List.of("", "/suspensions")) {
            for (String method : path.isEmpty() ? List.of("GET") : List.of("POST", "DELETE")) {
                tests.add(DynamicTest.dynamicTest(
                        method + " another's partner" + path,
                        () -> nobodys(
                                request("integrator", method + " /partners/" + OtherTenant.PARTNER + path, ""),
                                request("integrator", method + " /partners/unknown-carrier" + path, ""))));
            }
        }
        for (String operation : List.of("/decisions", "/disclosures")) {
            tests.add(DynamicTest.dynamicTest(
                    "another's person and partner to " + operation,
                    () -> nobodys(
                            request(
                                    "operator",
                                    "POST " + operation,
                                    decide.formatted(other.subject(), OtherTenant.PARTNER, "")),
                            request(
                                    "operator",
                                    "POST " + operation,
                                    decide.formatted(UNKNOWN, "unknown-carrier", "")))));
            tests.add(DynamicTest.dynamicTest(
                    "another's case to " + operation,
                    () -> nobodys(
                            request(
                                    "operator",
                                    "POST " + operation,
                                    decide.formatted(
                                            UNKNOWN,
                                            "unknown-carrier",
                                            ",\"legalCase\":\"" + other.legalCase() + "\"")),
                            request(
                                    "operator",
                                    "POST " + operation,
                                    decide.formatted(
                                            UNKNOWN, "unknown-carrier", ",\"legalCase\":\"" + UNKNOWN + "\"")))));
        }
        for (String operation : List.of(
                "<decide xmlns=\"urn:pledge:sharing:v1\"><subject>%s</subject><partner>p</partner><purpose>delivery</purpose>"
                        + "<field>email</field></decide>",
                "<share xmlns=\"urn:pledge:sharing:v1\"><subject>%s</subject><partner>p</partner><purpose>delivery</purpose>"
                        + "<field>email</field></share>",
                "<withdraw xmlns=\"urn:pledge:sharing:v1\"><subject>%s</subject><channel>test</channel></withdraw>",
                "<accounting xmlns=\"urn:pledge:sharing:v1\"><subject>%s</subject></accounting>")) {
            tests.add(DynamicTest.dynamicTest(
                    "another's person by SOAP to " + operation.substring(1, operation.indexOf(' ')),
                    () -> nobodys(
                            ground.soap(Soap.envelope(operation.formatted(other.subject()))),
                            ground.soap(Soap.envelope(operation.formatted(UNKNOWN))))));
        }
        String history = history();
        String acknowledge = "<acknowledge xmlns=\"urn:pledge:sharing:v1\"><notice>%s</notice></acknowledge>";
        Attack.Ground partner = new Attack.Ground(ground.port(), tokens.get("korax/partner"), ground.listener());
        tests.add(DynamicTest.dynamicTest(
                "another's notice by SOAP",
                () -> nobodys(
                        partner.soap(Soap.envelope(acknowledge.formatted(other.notice()))),
                        partner.soap(Soap.envelope(acknowledge.formatted(UNKNOWN))))));
        tests.add(DynamicTest.dynamicTest("another's person has the same history as before", () -> assertThat(history())
                .isEqualTo(history)));
        return tests;
    }

    /** What the other tenant itself reads about its person. */
    private static String history() {
        Api owner = new Api(platform.url(), tokens.get("anyip/operator"));
        return owner.get("/subjects/" + other.subject() + "/consents")
                        .expect(200)
                        .body()
                + owner.get("/subjects/" + other.subject() + "/disclosures")
                        .expect(200)
                        .body()
                        .toString();
    }

    private static byte[] request(String role, String line, String body) {
        Attack.Ground as = new Attack.Ground(ground.port(), tokens.get("korax/" + role), ground.listener());
        String head = as.head(line.replaceFirst(" ", " /api/v1"))
                + (line.startsWith("PATCH")
                                || line.startsWith("PUT")
                                || line.startsWith("DELETE")
                                || line.endsWith("contacts")
                        ? "If-Match: \"1\"\r\n"
                        : "");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0
                ? (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1)
                : Attack.join(
                        head + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n", bytes);
    }

    private static void nobodys(byte[] another, byte[] unknown) throws IOException {
        Wire.Answer answer = Wire.send(ground.port(), another, PATIENCE);
        Wire.Answer nothing = Wire.send(ground.port(), unknown, PATIENCE);
        assertThat(answer.text()).doesNotContain(OtherTenant.SECRETS);
        assertThat(answer.status()).isBetween(200, 599);
        assertThat(answer.statuses()).as(answer.body()).isEqualTo(nothing.statuses());
        assertThat(unnamed(answer.body())).isEqualTo(unnamed(nothing.body()));
    }

    /** Identifiers and times differ from one answer to the next. */
    private static String unnamed(String body) {
        return body.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "time");
    }

    private void othersAreAnsweredBesideBodiesThatNeverEnd() throws IOException {
        Duration bound = BOUND.plus(healthTakes().multipliedBy(SLOWNESS));
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < UNFINISHED; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), ground.port());
                sockets.add(socket);
                String path = i % 2 == 0 ? "/api/v1/decisions" : "/soap/v1";
                String type = i % 2 == 0 ? "application/json" : "text/xml";
                socket.getOutputStream()
                        .write((ground.head("POST " + path) + "Content-Type: " + type
                                        + "\r\nContent-Length: 1000\r\n\r\n" + (i % 2 == 0 ? "{\"subject\":\"" : "<a>"))
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            for (int i = 0; i < UNFINISHED; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), ground.port());
                sockets.add(socket);
                socket.getOutputStream()
                        .write("GET /api/v1/health HTTP/1.1\r\nHo".getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(healthTakes()).isLessThan(bound);
            Wire.Answer answer = Wire.send(
                    ground.port(), ground.get("/api/v1/policy").getBytes(StandardCharsets.ISO_8859_1), PATIENCE);
            assertThat(answer.status()).isEqualTo(200);
            for (Socket socket : sockets) {
                assertThat(socket.getInputStream().available())
                        .as("an answer to half a request")
                        .isZero();
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private void noLogRepeatsAPayload() throws IOException {
        try (Stream<Path> logs = Files.walk(platform.home().resolve("data/log"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(log, StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
                assertThat(text.lines()
                                .filter(line -> line.contains(Attack.MARKER))
                                .toList())
                        .as(log.getFileName().toString())
                        .isEmpty();
            }
        }
    }

    private void theProcessLives() {
        assertThat(ProcessHandle.of(process)).get().matches(ProcessHandle::isAlive);
        assertThat(platform.pledge("status").out()).contains("UP");
    }

    private void theHeapIsBack() throws IOException {
        assertThat(heapAfterFullCollection())
                .as("MiB held after a full collection; it was %d before", heap)
                .isLessThanOrEqualTo(heap + HEAP_MEBIBYTES);
    }

    /** Waits for the next full collection, and says how many MiB were left. */
    private static long heapAfterFullCollection() throws IOException {
        int before = fulls().size();
        await().atMost(PATIENCE).until(() -> fulls().size() > before);
        List<Long> left = fulls();
        return left.get(left.size() - 1);
    }

    private static List<Long> fulls() throws IOException {
        return FULL.matcher(Files.readString(collections))
                .results()
                .map((MatchResult one) -> Long.valueOf(one.group(2)))
                .toList();
    }
}
