package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.sharing.Gate;

class BatchTest {
    private static final Decision YES = new Decision.Permitted(Set.of("email"), List.of(), List.of("KX-1"), List.of());
    private static final Decision NO = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "email", List.of("KX-1"), "no consent")),
            List.of("KX-1"),
            "Ask.");

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @BeforeEach
    void permitEveryThird() {
        platform.gate.on("prepare", args -> {
            assertThat(args).containsExactly(Platform.TENANT, "parcel-post", "delivery", List.of("email"));
            return (Gate.Question) subject -> subject.low() % 3 == 0 ? YES : NO;
        });
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @Test
    void answersTenThousandInTheirOrderWithEachDecisionOnce() throws IOException {
        HttpResponse<String> answer = ask(IntStream.range(0, 10_000).boxed().toList());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode tree = Json.MAPPER.readTree(answer.body());
        assertThat(tree.get("decisions")).hasSize(2);
        assertThat(tree.at("/decisions/0/decision").asText()).isEqualTo("PERMITTED");
        assertThat(tree.at("/decisions/1/reasons/0/code").asText()).isEqualTo("NO_CONSENT");
        assertThat(tree.get("answers")).hasSize(10_000);
        IntStream.range(0, 10_000)
                .forEach(i -> assertThat(tree.get("answers").get(i).asInt()).isEqualTo(i % 3 == 0 ? 0 : 1));
    }

    @Test
    void readsEveryBitOfAnIdentifier() throws IOException {
        SubjectId id = SubjectId.parse("FEdcba98-7654-4321-89ab-0123456789AB");
        platform.gate.on("prepare", args -> (Gate.Question) subject -> subject.equals(id) ? YES : NO);

        JsonNode tree = Json.MAPPER.readTree(platform.as(
                        Role.OPERATOR,
                        "POST",
                        "decisions/batch",
                        body("\"FEdcba98-7654-4321-89ab-0123456789AB\", \"" + id + "\""))
                .body());

        assertThat(tree.at("/decisions/0/decision").asText()).isEqualTo("PERMITTED");
        assertThat(tree.get("answers")).hasSize(2);
        assertThat(tree.get("decisions")).hasSize(1);
    }

    @Test
    void answersAPartnerAboutItselfAlone() {
        String itself = "test-" + Role.PARTNER.ordinal();
        platform.gate.on("prepare", args -> (Gate.Question) subject -> YES);

        assertThat(platform.as(Role.PARTNER, "POST", "decisions/batch", body("").replace("parcel-post", itself))
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> other = platform.as(Role.PARTNER, "POST", "decisions/batch", body(""));
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).contains("own behalf");
    }

    @Test
    void answersNobodyWithNothing() {
        assertThat(ask(List.of()).body()).isEqualTo("{\"decisions\":[],\"answers\":[]}");
    }

    @Test
    void refusesMoreThanTenThousand() {
        HttpResponse<String> answer = ask(IntStream.range(0, 10_001).boxed().toList());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("at most 10000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"canary\"",
                "17",
                "null",
                "\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c3g\"",
                "\"018f3a5206c1e-4b7a-9d20-5e8f7a6b4c31\"",
                "[\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\"]",
                "\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\"], \"canary\": [1"
            })
    void refusesWhatIsNoIdentifier(String subjects) {
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "decisions/batch", body(subjects));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"MALFORMED\"").doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"partner\":\"a\",\"purpose\":\"b\",\"fields\":[\"c\"],\"subjects\":[", "{} {}"
            })
    void refusesWhatIsNoQuestion(String body) {
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "decisions/batch", body);

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    private static HttpResponse<String> ask(List<Integer> subjects) {
        return platform.as(
                Role.OPERATOR,
                "POST",
                "decisions/batch",
                body(subjects.stream()
                        .map(i -> '"' + new SubjectId(0x4000, i).toString() + '"')
                        .collect(Collectors.joining(","))));
    }

    private static String body(String subjects) {
        return "{\"subjects\":[" + subjects
                + "],\"partner\":\"parcel-post\",\"purpose\":\"delivery\",\"fields\":[\"email\"]}";
    }
}
