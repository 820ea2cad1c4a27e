package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pledge.demo.Api;

/**
 * Who may do what: every operation of the running platform is in {@code authorisation.txt} and the other way round, and
 * every operation is tried with every role, with none, and with the identifiers of another tenant.
 */
class AuthorisationIT {
    private static final String TABLE = "/authorisation.txt";
    private static final String EVERYONE = "everyone";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final Pattern OPERATION = Pattern.compile("<wsdl:operation name=\"(\\w+)\"");
    private static final String UNKNOWN = "018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31";
    private static final String WANTS_A_ROLE = "this takes one of the roles";
    /** Who logs in to the shell: every role of a credential but a partner's, and a user who may log in and no more. */
    private static final List<String> LOGINS =
            List.of("viewer", "operator", "officer", "custodian", "integrator", "auditor", "guest");

    private static final Map<String, Set<String>> TABLE_ROWS = table();

    private static Platform platform;
    private static Map<String, String> tokens;
    private static OtherTenant other;
    private static Shell shell;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("authorisation");
        VaultIT.openWithoutCustodians(platform);
        platform.start();
        tokens = Credentials.issue(platform, List.of("korax", "anyip"));
        other = new OtherTenant(
                new Api(platform.url(), tokens.get("anyip/operator")),
                new Api(platform.url(), tokens.get("anyip/integrator")),
                new Api(platform.url(), tokens.get("anyip/officer")));
        shell = new Shell(platform, sshPort());
        shell.addUsers(LOGINS);
    }

    @AfterAll
    static void stop() {
        if (other != null) {
            other.close();
        }
        platform.pledge("stop");
    }

    // what there is

    @Test
    void everyRestOperationIsInTheTable() throws IOException {
        assertListed("rest", restOperations());
    }

    @Test
    void everySoapOperationIsInTheTable() throws IOException {
        assertListed("soap", soapOperations());
    }

    @Test
    void everyShellCommandIsInTheTable() throws IOException {
        assertListed(
                "shell",
                Stream.concat(shell.listed().stream(), hidden().stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyWebServiceOnASharedBusIsInTheTable() {
        Set<String> endpoints = platform.pledge("shell", "cxf:list-endpoints")
                .out()
                .lines()
                .filter(line -> line.contains("|") && !line.startsWith("Name "))
                .map(line -> line.split("\\|")[2].strip())
                .collect(Collectors.toCollection(TreeSet::new));
        assertListed("endpoint", endpoints);
    }

    @Test
    void everyOpenPortIsInTheTableAndOfThisMachineOnly() throws IOException {
        assumeTrue(Ports.canBeTold(), "this system does not tell where a process listens");
        long process = Long.parseLong(
                Files.readString(platform.home().resolve("data/pledge.pid")).trim());
        List<Ports.Open> open = Ports.of(process);
        assertThat(open).allMatch(Ports.Open::loopback);
        assertListed("port", open.stream().map(AuthorisationIT::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String name(Ports.Open open) {
        String protocol = open.protocol().replace("6", "");
        if (open.port() == platform.httpPort()) {
            return protocol + " http";
        }
        return protocol + " " + (open.port() == sshPort() ? "ssh" : open.port());
    }

    // what happens when it is tried

    @TestFactory
    Stream<DynamicTest> restTakesTheRolesOfTheTableAndNoOther() {
        return rows("rest").entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> triesRest(row.getKey(), row.getValue())));
    }

    private static void triesRest(String operation, Set<String> roles) throws IOException {
        Wire.Answer without = rest(operation, "", UNKNOWN, "unknown-carrier");
        if (roles.contains(EVERYONE)) {
            assertThat(without.status()).isNotIn(401, 403).isBetween(200, 499);
            return;
        }
        assertThat(without.status()).as("without a credential").isEqualTo(401);
        assertThat(rest(operation, "pl_" + "x".repeat(43), UNKNOWN, "unknown-carrier")
                        .status())
                .as("with a token nobody issued")
                .isEqualTo(401);
        for (String role : Credentials.ROLES) {
            Wire.Answer answer = rest(operation, tokens.get("korax/" + role), UNKNOWN, "unknown-carrier");
            if (roles.contains(role)) {
                assertThat(answer.status()).as(role).isNotEqualTo(401).isBetween(200, 499);
                assertThat(answer.text()).as(role).doesNotContain(WANTS_A_ROLE);
            } else {
                assertThat(answer.status()).as(role).isEqualTo(403);
                assertThat(answer.text()).as(role).contains(WANTS_A_ROLE, "insufficient_scope");
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> restTellsNothingOfAnotherTenant() {
        return rows("rest").entrySet().stream()
                .filter(row -> !row.getValue().contains(EVERYONE))
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> triesForeign(row.getKey(), row.getValue())));
    }

    private static void triesForeign(String operation, Set<String> roles) throws IOException {
        for (String role : roles) {
            Wire.Answer answer =
                    rest(operation, tokens.get("korax/" + role), foreignId(operation), OtherTenant.PARTNER);
            assertThat(answer.text()).as(role).doesNotContain(OtherTenant.SECRETS);
            if (operation.contains("{id}") || operation.contains("{name}")) {
                Wire.Answer nobodys = rest(operation, tokens.get("korax/" + role), UNKNOWN, "unknown-carrier");
                assertThat(answer.status()).as(role).isEqualTo(nobodys.status());
            }
        }
    }

    /** The identifier of the other tenant's that the operation would be about. */
    private static String foreignId(String operation) {
        return operation.contains("/accounts")
                ? other.account()
                : operation.contains("/disclosures/{id}")
                        ? other.disclosure()
                        : operation.contains("/notices/{id}")
                                ? other.notice()
                                : operation.contains("/cases") ? other.legalCase() : other.subject();
    }

    @TestFactory
    Stream<DynamicTest> soapTakesTheRolesOfTheTableAndNoOther() {
        return rows("soap").entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> triesSoap(row.getKey(), row.getValue())));
    }

    private static void triesSoap(String operation, Set<String> roles) throws IOException {
        assertThat(soap(operation, "", UNKNOWN).text())
                .as("without a credential")
                .contains("UNAUTHENTICATED");
        for (String role : Credentials.ROLES) {
            Wire.Answer answer = soap(operation, tokens.get("korax/" + role), UNKNOWN);
            assertThat(answer.text()).as(role).doesNotContain("UNAUTHENTICATED", "INCIDENT", "MALFORMED");
            if (roles.contains(role)) {
                assertThat(answer.text()).as(role).doesNotContain(WANTS_A_ROLE);
                assertThat(soap(operation, tokens.get("korax/" + role), foreignId("/" + operation))
                                .text())
                        .as("%s with another tenant's", role)
                        .doesNotContain(OtherTenant.SECRETS);
            } else {
                assertThat(answer.text()).as(role).contains(WANTS_A_ROLE, "<code>DENIED</code>");
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> theShellTakesTheRolesOfTheTableAndNoOther() {
        List<String> commands = List.copyOf(rows("shell").keySet());
        return Stream.concat(LOGINS.stream(), Stream.of("admin"))
                .map(role -> DynamicTest.dynamicTest(role, () -> {
                    Map<String, Boolean> expected = new LinkedHashMap<>();
                    rows("shell").forEach((command, roles) -> expected.put(command, roles.contains(role)));
                    assertThat(shell.allowed(role, commands)).containsExactlyInAnyOrderEntriesOf(expected);
                }));
    }

    @TestFactory
    Stream<DynamicTest> otherPathsAnswerAsTheTableSays() {
        return rows("path").entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    Wire.Answer answer = send(head("GET " + row.getKey(), "") + "\r\n");
                    assertThat(row.getValue()).containsExactly(String.valueOf(answer.status()));
                    assertThat(answer.text()).doesNotContain("jetty", "Jetty", "Karaf", "Exception");
                }));
    }

    // the running platform

    private static Set<String> restOperations() throws IOException {
        Set<String> operations = new TreeSet<>();
        JsonNode paths = new ObjectMapper()
                .readTree(send(head("GET /api/v1/openapi.json", "") + "\r\n")
                        .body()
                        .replaceFirst("^[^{]*", ""))
                .path("paths");
        paths.fieldNames()
                .forEachRemaining(path -> paths.path(path).fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        operations.add(method.toUpperCase(Locale.ROOT) + " " + path);
                    }
                }));
        return operations;
    }

    private static Set<String> soapOperations() throws IOException {
        return OPERATION
                .matcher(send(head("GET /soap/v1?wsdl", "") + "\r\n").body())
                .results()
                .map((MatchResult one) -> one.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Commands that not even the administrator sees; whoever has one of their roles is found to have them below. */
    private static Set<String> hidden() {
        return rows("shell").entrySet().stream()
                .filter(row -> !row.getValue().contains("admin"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Wire.Answer rest(String operation, String token, String id, String name) throws IOException {
        String line = operation
                .replaceFirst(" ", " /api/v1")
                .replace("{id}", id)
                .replace("{name}", name)
                .replace("{version}", "1")
                .replace("{tenant}", "korax")
                .replace("{subject}", UNKNOWN)
                .replace("{file}", "index.html")
                .replace("{inquiry}", UNKNOWN)
                .replace("{chargeback}", UNKNOWN)
                .replace("{evidence}", UNKNOWN)
                .replace("{link}", "A".repeat(43))
                .replace("{token}", "none");
        String head = head(line, token);
        // half a document: whoever has no role is refused before it is read
        return send(
                operation.startsWith("GET") || operation.startsWith("DELETE") || token.isEmpty()
                        ? head + "\r\n"
                        : head + "Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{");
    }

    private static Wire.Answer soap(String operation, String token, String id) throws IOException {
        String disclosure = "<subject>" + id
                + "</subject><partner>test-partner</partner><purpose>delivery</purpose><field>email</field>";
        String content =
                switch (operation) {
                    case "acknowledge" -> "<notice>" + id + "</notice>";
                    case "accounting" -> "<subject>" + id + "</subject>";
                    case "storeCard" -> "<subject>" + id + "</subject><jwe>e30..aXY.Yw.dA</jwe>";
                    case "listCards" -> "<subject>" + id + "</subject>";
                    case "deleteCard" -> "<token>none</token>";
                    case "authorise" ->
                        "<token>none</token><amount>1</amount><currency>EUR</currency><purpose>payment</purpose>"
                                + "<reference>r</reference>";
                    case "capture", "refund" ->
                        "<payment>" + id + "</payment><amount>1</amount><reference>r</reference>";
                    case "void" -> "<payment>" + id + "</payment><reference>r</reference>";
                    case "getPayment" -> "<payment>" + id + "</payment>";
                    case "listPayments", "listRequests" -> "";
                    case "openRequest" ->
                        "<subject>" + id + "</subject><type>COMPLAINT</type><jurisdiction>DE</jurisdiction>"
                                + "<channel>test</channel>";
                    case "getRequest", "acknowledgeRequest", "sendCode", "withdrawRequest", "fulfilRequest" ->
                        "<request>" + id + "</request>";
                    case "checkCode" -> "<request>" + id + "</request><code>000000</code>";
                    case "extendRequest" ->
                        "<request>" + id + "</request><reason>COMPLEXITY</reason><noticed>2026-01-01</noticed>";
                    case "refuseRequest" -> "<request>" + id + "</request><ground>EXCESSIVE</ground>";
                    case "withdraw" -> "<subject>" + id + "</subject><channel>test</channel>";
                    default -> disclosure;
                };
        String body =
                Soap.envelope("<" + operation + " xmlns=\"urn:pledge:sharing:v1\">" + content + "</" + operation + ">");
        return send(head("POST /soap/v1", token) + "Content-Type: text/xml; charset=utf-8\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static String head(String line, String token) {
        return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n");
    }

    private static Wire.Answer send(String text) throws IOException {
        return Wire.send(platform.httpPort(), text.getBytes(StandardCharsets.UTF_8), PATIENCE);
    }

    private static int sshPort() {
        try {
            return Files.readAllLines(platform.home().resolve("etc/org.apache.karaf.shell.cfg")).stream()
                    .filter(line -> line.startsWith("sshPort"))
                    .map(line -> Integer.valueOf(line.replaceFirst(".*= *", "").strip()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // the table

    private static void assertListed(String surface, Set<String> there) {
        Set<String> added = new TreeSet<>(there);
        added.removeAll(rows(surface).keySet());
        Set<String> gone = new TreeSet<>(rows(surface).keySet());
        gone.removeAll(there);
        List<String> todo = new ArrayList<>();
        added.forEach(
                one -> todo.add("decide who may, and add to authorisation.txt:  " + surface + " " + one + " = ROLES"));
        gone.forEach(
                one -> todo.add("the platform has it no more; remove from authorisation.txt:  " + surface + " " + one));
        assertThat(todo).as("%s and its table", surface).isEmpty();
    }

    private static Map<String, Set<String>> rows(String surface) {
        Map<String, Set<String>> rows = new TreeMap<>();
        TABLE_ROWS.forEach((name, roles) -> {
            if (name.startsWith(surface + " ")) {
                rows.put(name.substring(surface.length() + 1), roles);
            }
        });
        return rows;
    }

    private static Map<String, Set<String>> table() {
        try (InputStream in = AuthorisationIT.class.getResourceAsStream(TABLE)) {
            Map<String, Set<String>> rows = new TreeMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] sides = line.split(" = ");
                        if (sides.length != 2
                                || rows.put(
                                                sides[0].strip(),
                                                Set.of(sides[1].strip().split(" +")))
                                        != null) {
                            throw new IllegalStateException("authorisation.txt: no row, or a second one: " + line);
                        }
                    });
            return rows;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
