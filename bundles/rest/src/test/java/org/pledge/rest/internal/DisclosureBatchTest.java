package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.sharing.SharingService.Answer;
import org.pledge.sharing.SharingService.Batch;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;

class DisclosureBatchTest {
    private static final UUID BATCH = UUID.fromString("5f0e7c1a-94b2-4d38-8a6f-1b2c3d4e5f60");
    private static final Decision.Permitted YES =
            new Decision.Permitted(Set.of("email"), List.of(), List.of("KX-1"), List.of());
    private static final Decision.Denied NO = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "email", List.of("KX-1"), "no consent")),
            List.of("KX-1"),
            "Ask the person.");

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    /** Of every three people the first consents, the second does not, and about the third the request is wrong. */
    @BeforeEach
    void decide() {
        platform.forget();
        platform.sharing
                .on("shareAll", args -> {
                    List<Answer> answers = new ArrayList<>();
                    for (Object request : (List<?>) args[1]) {
                        answers.add(answer((Request) request, answers.size()));
                    }
                    return new Batch(BATCH, answers);
                })
                .on("ofBatch", args -> IntStream.range(0, (Integer) args[2])
                        .mapToObj(place -> place % 3 == 0
                                ? Optional.of(disclosure(place, State.DELIVERED))
                                : Optional.<Disclosure>empty())
                        .toList())
                .on("explain", args -> YES);
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    private static Answer answer(Request request, int place) {
        return switch ((int) request.subject().low() % 3) {
            case 0 -> new Answer.Decided(new Outcome.Queued(disclosure(place, State.QUEUED), YES));
            case 1 -> new Answer.Decided(new Outcome.Refused(NO));
            default ->
                new Answer.NotDone(
                        new PledgeException(Kind.INVALID, "\"email\" does not take a value").remedy("Leave it out."));
        };
    }

    private static Disclosure disclosure(int place, State state) {
        return new Disclosure(
                Batch.disclosure(BATCH, place),
                Platform.TENANT,
                new SubjectId(0, place),
                "parcel-post",
                "delivery",
                Set.of("email"),
                "consent",
                List.of("KX-1"),
                3,
                Optional.empty(),
                state,
                0,
                OptionalInt.empty(),
                Platform.NOW,
                Platform.NOW,
                Optional.empty());
    }

    private static String body(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"subject\":\"" + new SubjectId(0, i)
                        + "\",\"partner\":\"parcel-post\",\"purpose\":\"delivery\",\"fields\":[\"email\"]}")
                .collect(Collectors.joining(",", "{\"disclosures\":[", "]}"));
    }

    private static HttpResponse<String> share(String body, String... headers) {
        return platform.as(Role.OPERATOR, "POST", "disclosures/batch", body, headers);
    }

    private static JsonNode tree(HttpResponse<String> answer) throws JsonProcessingException {
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void answersEachOfAThousandInTheirOrder() throws JsonProcessingException {
        HttpResponse<String> answer = share(body(1000));

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode tree = tree(answer);
        assertThat(tree.get("queued").asInt()).isEqualTo(334);
        assertThat(tree.get("refused").asInt()).isEqualTo(333);
        assertThat(tree.get("failed").asInt()).isEqualTo(333);
        assertThat(tree.get("outcomes")).hasSize(1000);
        JsonNode queued = tree.at("/outcomes/3");
        assertThat(queued.get("status").asInt()).isEqualTo(202);
        assertThat(queued.at("/disclosure/id").asText())
                .isEqualTo(Batch.disclosure(BATCH, 3).toString());
        assertThat(queued.at("/disclosure/subject").asText()).isEqualTo(new SubjectId(0, 3).toString());
        assertThat(queued.has("problem")).isFalse();
        JsonNode refused = tree.at("/outcomes/4");
        assertThat(refused.get("status").asInt()).isEqualTo(403);
        assertThat(refused.at("/problem/code").asText()).isEqualTo("DENIED");
        assertThat(refused.at("/problem/reasons/0/code").asText()).isEqualTo("NO_CONSENT");
        assertThat(refused.at("/problem/remedy").asText()).isEqualTo("Ask the person.");
        assertThat(tree.at("/outcomes/5/status").asInt()).isEqualTo(422);
        assertThat(tree.at("/outcomes/5/problem/code").asText()).isEqualTo("INVALID");
    }

    @Test
    void aRepeatUnderTheSameKeyActsOnceAndTellsHowThingsAreNow() throws JsonProcessingException {
        assertThat(tree(share(body(3), "Idempotency-Key", "b1"))
                        .at("/outcomes/0/disclosure/state")
                        .asText())
                .isEqualTo("QUEUED");

        JsonNode again = tree(share(body(3), "Idempotency-Key", "b1"));

        assertThat(platform.sharing.calls()).filteredOn("shareAll"::equals).hasSize(1);
        assertThat(again.at("/outcomes/0/disclosure/id").asText())
                .isEqualTo(Batch.disclosure(BATCH, 0).toString());
        assertThat(again.at("/outcomes/0/disclosure/state").asText()).isEqualTo("DELIVERED");
        assertThat(again.at("/outcomes/1/status").asInt()).isEqualTo(409);
        assertThat(again.at("/outcomes/1/problem/remedy").asText()).contains("new Idempotency-Key");
        platform.sharing.on("explain", args -> NO);
        assertThat(tree(share(body(3), "Idempotency-Key", "b1"))
                        .at("/outcomes/1/status")
                        .asInt())
                .isEqualTo(403);
        assertThat(share(body(2), "Idempotency-Key", "b1").statusCode()).isEqualTo(422);
    }

    @Test
    void takesOneToAThousandRequestsOfTheRightForm() {
        for (String body : List.of(
                "{}",
                "{\"disclosures\":[]}",
                "{\"disclosures\":[null]}",
                "{\"disclosures\":{}}",
                body(1001),
                body(2).replaceFirst("parcel-post\"", "parcel-post\",\"tenant\":\"other\""),
                body(2).replaceFirst("\\[\"email\"]", "[]"))) {
            assertThat(share(body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(platform.sharing.calls()).isEmpty();
    }

    @Test
    void isForOperatorsAndSaysSoWithoutDoingAnything() {
        for (Role role : Set.of(Role.VIEWER, Role.OFFICER, Role.AUDITOR, Role.INTEGRATOR, Role.PARTNER)) {
            assertThat(platform.as(role, "POST", "disclosures/batch", body(1)).statusCode())
                    .as(role.name())
                    .isEqualTo(403);
        }
        assertThat(platform.sharing.calls()).doesNotContain("shareAll");
    }

    @Test
    void anUnavailablePartRefusesAll() {
        platform.sharing.on("shareAll", args -> {
            throw new PledgeException(Kind.UNAVAILABLE, "the database cannot be reached").remedy("Try again.");
        });

        HttpResponse<String> answer = share(body(3), "Idempotency-Key", "b2");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        decide();
        assertThat(share(body(3), "Idempotency-Key", "b2").statusCode()).isEqualTo(200);
    }
}
