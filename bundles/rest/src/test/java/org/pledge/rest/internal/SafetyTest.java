package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;

class SafetyTest {
    private static final String ASK =
            "{\"subject\":\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\",\"partner\":\"parcel-post\","
                    + "\"purpose\":\"delivery\",\"fields\":[\"email\"]}";
    private static final Decision DENIED = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "email", List.of("KX-1"), "no consent")),
            List.of("KX-1"),
            "Ask.");

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void startEveryPart() {
        platform.stopped.clear();
        platform.forget();
    }

    @Test
    void everyAnswerCarriesTheSecurityHeadersAndNoneAllowsAnotherOrigin() {
        platform.sharing.on("explain", args -> DENIED);
        for (HttpResponse<String> answer : List.of(
                platform.as(Role.OPERATOR, "POST", "decisions", ASK, "Origin", "https://elsewhere.example"),
                platform.as(Role.OPERATOR, "GET", "nothing/here", null),
                platform.send(platform.request("GET", "health", null)))) {
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(csp -> assertThat(csp).contains("default-src 'none'"));
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void asksForACredentialAndSaysHow() {
        HttpResponse<String> answer = platform.send(platform.request("POST", "decisions", ASK));

        assertProblem(answer, 401, "UNAUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"pledge\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic T1BFUkFUT1I6eA==", "Bearer", "Bearer a b", "Bearer nobody", "bearer unknown=="})
    void takesNoOtherCredential(String header) {
        HttpResponse<String> answer =
                platform.send(platform.request("POST", "decisions", ASK).header("Authorization", header));

        assertProblem(answer, 401, "UNAUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("error=");
    }

    @Test
    void takesNoTokenFromTheAddress() {
        assertThat(platform.send(platform.request("POST", "decisions?access_token=OPERATOR", ASK))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void takesNoSecondCredential() {
        HttpRequest.Builder twice = platform.request("POST", "decisions", ASK)
                .header("Authorization", "Bearer OPERATOR")
                .header("Authorization", "Bearer OPERATOR");

        assertThat(platform.send(twice).statusCode()).isEqualTo(401);
    }

    @Test
    void refusesARoleThatDoesNotReachAndNamesThoseThatDo() {
        HttpResponse<String> answer = platform.as(Role.VIEWER, "POST", "decisions", ASK);

        assertProblem(answer, 403, "DENIED");
        assertThat(answer.body()).contains("OPERATOR", "OFFICER", "PARTNER");
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer realm=\"pledge\", error=\"insufficient_scope\"");
    }

    @Test
    void aRefusalByRoleIsRecordedWithoutAnythingOfTheRequest() {
        platform.as(Role.VIEWER, "POST", "decisions?tenant=anyip", ASK);

        assertThat(platform.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ROLE_REFUSED);
            assertThat(leaf.tenant()).isEqualTo(Platform.TENANT);
            assertThat(leaf.actor()).isEqualTo("test-" + Role.VIEWER.ordinal());
            assertThat(leaf.subject()).isEmpty();
            assertThat(leaf.details())
                    .containsOnly(Map.entry("operation", "decide"), Map.entry("roles", "OFFICER,OPERATOR,PARTNER"));
        });
    }

    @Test
    void aRefusalByRoleInAServiceIsRecordedAfterItsWorkIsUndone() {
        platform.cases.on("approve", args -> {
            platform.audit.get().append(Leaf.roleRefused((Caller) args[0], Platform.NOW, "undone", List.of()));
            ((Caller) args[0]).require(Role.CUSTODIAN);
            return null;
        });

        HttpResponse<String> answer = platform.as(
                Role.OFFICER,
                "POST",
                "cases/5f0e7c1a-94b2-4d38-8a6f-1b2c3d4e5f60/approvals",
                null,
                "Idempotency-Key",
                "refused-1");

        assertProblem(answer, 403, "DENIED");
        assertThat(platform.leaves)
                .extracting(Leaf::details)
                .containsExactly(Map.of("operation", "approveCase", "roles", "CUSTODIAN"));
    }

    @Test
    void aPartnerThatAsksForAnotherIsRecorded() {
        platform.sharing.on("explain", args -> {
            ((Caller) args[0]).requireOrBe("parcel-post", Role.OPERATOR);
            return DENIED;
        });

        assertProblem(platform.as(Role.PARTNER, "POST", "decisions", ASK), 403, "DENIED");
        assertThat(platform.leaves)
                .extracting(Leaf::details)
                .containsExactly(Map.of("operation", "decide", "roles", "OPERATOR"));
    }

    @Test
    void aRefusalByPromiseIsTheServicesOwnToRecord() {
        platform.sharing.on("explain", args -> {
            throw new PledgeException(Kind.DENIED, "never").because(List.of("KX-1"));
        });

        assertProblem(platform.as(Role.OPERATOR, "POST", "decisions", ASK), 403, "DENIED");
        assertThat(platform.leaves).isEmpty();
    }

    @Test
    void whoHasNoCredentialFillsNoDisk() {
        for (String token : List.of("nobody", "VIEWERX", "pl_x")) {
            platform.send(platform.request("POST", "decisions", ASK, "Authorization", "Bearer " + token));
        }
        platform.send(platform.request("POST", "decisions", ASK));

        assertThat(platform.leaves).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"store", "audit"})
    void aRefusalByRoleStaysOneWhereItCannotBeRecorded(String part) {
        platform.stopped.add(part);

        assertProblem(platform.as(Role.VIEWER, "POST", "decisions", ASK), 403, "DENIED");
        assertThat(platform.leaves).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void mapsEachKindToItsStatus(Kind kind) {
        platform.sharing.on("explain", args -> {
            throw new PledgeException(kind, "a fixed text")
                    .because(List.of("KX-1"))
                    .remedy("do this");
        });

        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "decisions", ASK);

        int status =
                switch (kind) {
                    case MALFORMED -> 400;
                    case UNAUTHENTICATED -> 401;
                    case DENIED -> 403;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case STALE -> 412;
                    case INVALID -> 422;
                    case UNAVAILABLE -> 503;
                };
        assertProblem(answer, status, kind.name());
        assertThat(answer.body()).contains("a fixed text", "KX-1", "do this");
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(kind == Kind.UNAVAILABLE);
    }

    @Test
    void staysUpAndDeniesWhileAPartIsStopped() {
        platform.sharing.on("explain", args -> DENIED);
        platform.stopped.add("sharing");

        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "decisions", ASK);

        assertProblem(answer, 503, "UNAVAILABLE");
        assertThat(answer.body()).contains("'sharing'");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(platform.send(platform.request("GET", "health", null)).body())
                .contains("\"status\":\"DEGRADED\"", "\"sharing\":\"DOWN\"", "\"consent\":\"UP\"");

        platform.stopped.clear();
        assertThat(platform.as(Role.OPERATOR, "POST", "decisions", ASK).statusCode())
                .isEqualTo(200);
    }

    @Test
    void nobodyIsAuthenticatedWhileAccessIsStopped() {
        platform.stopped.add("access");

        assertProblem(platform.as(Role.OPERATOR, "POST", "decisions", ASK), 503, "UNAVAILABLE");
    }

    static Stream<String> unreadable() {
        return Stream.of(
                "{",
                "[]",
                "null",
                "\"text\"",
                "{}",
                ASK + "{}",
                ASK.replace("parcel-post\",", "parcel-post\",\"partner\":\"other\","),
                ASK.replace("\"parcel-post\"", "17"),
                ASK.replace("\"parcel-post\"", "null"),
                ASK.replace("[\"email\"]", "[]"),
                ASK.replace("[\"email\"]", "[null]"),
                ASK.replace("[\"email\"]", "\"email\""),
                ASK.replace("018f3a52", "canary"),
                ASK.replace("{\"subject\"", "{\"tenant\":\"korax\",\"subject\""),
                ASK.replace("{\"subject\"", "{\"canary@example.org\":\"canary\",\"subject\""),
                ASK.replace("{\"subject\"", "{\"@class\":\"java.lang.Object\",\"subject\""),
                ASK.replace("[\"email\"]", "[".repeat(40) + "]".repeat(40)),
                ASK.replace("parcel-post", "x".repeat(70_000)));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void refusesWhatItCannotReadWithoutRepeatingIt(String body) {
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "decisions", body);

        assertProblem(answer, 400, "MALFORMED");
        assertThat(answer.body()).doesNotContain("canary").doesNotContain("org.pledge");
    }

    @Test
    void namesThePlaceAndThePropertyThatIsWrong() {
        HttpResponse<String> answer = platform.as(
                Role.OPERATOR, "POST", "decisions", ASK.replace("{\"subject\"", "{\n \"tenant\":1,\"subject\""));

        assertThat(answer.body())
                .contains("\"field\":\"tenant\"", "\"line\":2", "\"column\":", "is not a property that is known");
    }

    @Test
    void namesTheValuesOfAnEnum() {
        HttpResponse<String> answer = platform.as(
                Role.OPERATOR,
                "POST",
                "accounts",
                "{\"tier\":\"standard\",\"holder\":\"canary\",\"jurisdiction\":\"CA\",\"fields\":{}}");

        assertThat(answer.body()).contains("one of INDIVIDUAL, COMPANY").doesNotContain("canary");
    }

    @Test
    void takesOnlyJson() {
        assertProblem(
                platform.as(Role.OPERATOR, "POST", "decisions", ASK, "Content-Type", "text/plain"),
                415,
                "UNSUPPORTED_TYPE");
        HttpRequest.Builder untyped = HttpRequest.newBuilder(platform.base().resolve("decisions"))
                .POST(BodyPublishers.ofString(ASK))
                .header("Authorization", "Bearer OPERATOR");
        assertProblem(platform.send(untyped), 415, "UNSUPPORTED_TYPE");
        for (String type : List.of("*/*", "application/*", "json", ";;;json", "application/json, text/xml")) {
            assertProblem(
                    platform.as(Role.OPERATOR, "POST", "decisions", ASK, "Content-Type", type),
                    415,
                    "UNSUPPORTED_TYPE");
        }
        assertProblem(
                platform.as(Role.OPERATOR, "POST", "decisions", ASK, "Accept", "text/html"), 406, "NOT_ACCEPTABLE");
        assertProblem(platform.as(Role.OPERATOR, "PUT", "decisions", ASK), 405, "METHOD_NOT_ALLOWED");
        assertProblem(platform.as(Role.OPERATOR, "GET", "disclosures/not-a-uuid", null), 404, "NOT_FOUND");
    }

    @Test
    void refusesABodyThatIsTooLargeWhetherItSaysSoOrNot() {
        String large = ASK.replace("{\"subject\"", "{" + " ".repeat(BodyFilter.LIMIT) + "\"subject\"");

        assertProblem(platform.as(Role.OPERATOR, "POST", "decisions", large), 413, "TOO_LARGE");
        HttpRequest.Builder chunked = HttpRequest.newBuilder(platform.base().resolve("decisions"))
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer OPERATOR");
        assertProblem(platform.send(chunked), 413, "TOO_LARGE");
        assertProblem(platform.send(chunked.copy().header("Idempotency-Key", "k")), 413, "TOO_LARGE");
    }

    @Test
    void tellsOnlyAnIncidentWhenSomethingUnexpectedHappensAndLogsNoMessage() {
        platform.sharing.on("explain", args -> {
            throw new IllegalStateException("canary@example.org", new RuntimeException("canary"));
        });
        ByteArrayOutputStream captured = new ByteArrayOutputStream();

        HttpResponse<String> answer = logging(captured, () -> platform.as(Role.OPERATOR, "POST", "decisions", ASK));

        assertProblem(answer, 500, "INCIDENT");
        String log = captured.toString(StandardCharsets.UTF_8);
        String incident = answer.body().replaceAll(".*urn:uuid:([0-9a-f-]{36}).*", "$1");
        assertThat(log).contains("incident " + incident, "java.lang.IllegalStateException", "SafetyTest");
        assertThat(log + answer.body()).doesNotContain("canary");
    }

    @Test
    void logsNothingOfWhatItRefuses() {
        ByteArrayOutputStream captured = new ByteArrayOutputStream();

        logging(captured, () -> {
            unreadable().forEach(body -> platform.as(Role.OPERATOR, "POST", "decisions", body));
            platform.as(Role.OPERATOR, "GET", "canary/canary", null);
            platform.as(Role.OPERATOR, "GET", "disclosures/canary", null);
            platform.as(Role.OPERATOR, "GET", "disclosures?state=canary", null);
            return platform.as(Role.OPERATOR, "PUT", "disclosures?canary=canary", ASK);
        });

        assertThat(captured.toString(StandardCharsets.UTF_8)).doesNotContain("canary");
    }

    private static <T> T logging(ByteArrayOutputStream into, Supplier<T> work) {
        PrintStream before = System.err;
        PrintStream capture = new PrintStream(into, true, StandardCharsets.UTF_8);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                capture.println(
                        entry.getMessage() + " " + entry.getThrown() + " " + Arrays.toString(entry.getParameters()));
            }

            @Override
            public void flush() {
                capture.flush();
            }

            @Override
            public void close() {
                capture.flush();
            }
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        System.setErr(capture);
        try {
            return work.get();
        } finally {
            System.setErr(before);
            root.removeHandler(handler);
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }
}
