package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Page;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.BreachService.Notified;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Type;

class BreachesTest {
    private static final UUID ID = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();
    private static final NewBreach WHAT = new NewBreach(
            "acme", Platform.NOW.minusSeconds(60), Platform.NOW, Set.of("email"), Platform.NOW.minusSeconds(30));
    private static final String NEW = "{\"partner\":\"acme\",\"from\":\"" + WHAT.from() + "\",\"until\":\""
            + WHAT.until() + "\",\"categories\":[\"email\"],\"discovered\":\"" + WHAT.discovered() + "\"}";

    private final Platform platform = new Platform();

    @AfterEach
    void close() {
        platform.close();
    }

    private static Breach breach() {
        return new Breach(
                ID,
                Platform.TENANT,
                WHAT,
                Platform.NOW,
                "desk",
                State.INVESTIGATING,
                Optional.of(Reason.UNCLEAR),
                Platform.NOW,
                "gdpr",
                Platform.NOW.plusSeconds(72 * 3600),
                false);
    }

    @Test
    void reportsOnceUnderAKeyAndSaysHowManyAreAffected() {
        platform.breaches
                .on("report", args -> {
                    assertThat(args[1]).isEqualTo(WHAT);
                    return breach();
                })
                .on("breach", args -> breach())
                .on("affectedCount", args -> 7L);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> made = platform.as(Role.OFFICER, "POST", "breaches", NEW, "Idempotency-Key", "one");
            assertThat(made.statusCode()).isEqualTo(201);
            assertThat(made.headers().firstValue("Location")).hasValue("/api/v1/breaches/" + ID);
            assertThat(made.body()).contains("\"affected\":7", "\"notifyBy\":\"2026-02-03T12:00:00Z\"");
        }
        assertThat(platform.breaches.calls()).filteredOn("report"::equals).hasSize(1);
        assertThat(platform.as(Role.OFFICER, "POST", "breaches", "{}").statusCode())
                .isEqualTo(400);
        assertThat(platform.as(Role.AUDITOR, "POST", "breaches", NEW).statusCode())
                .isEqualTo(403);
    }

    @Test
    void listsMovesAndTells() {
        platform.breaches
                .on("breaches", args -> (boolean) args[1] ? List.of(breach()) : List.of())
                .on("move", args -> {
                    assertThat(List.of(args).subList(1, 4)).isEqualTo(List.of(ID, State.CLOSED, Reason.REMEDIED));
                    return breach();
                })
                .on("affected", args -> {
                    assertThat(List.of(args).subList(2, 4)).isEqualTo(List.of(Optional.of("x"), 3));
                    return new Page<>(List.of(PERSON), Optional.of("y"));
                })
                .on("tell", args -> new Notified(2, 1, Optional.of("z")));
        assertThat(platform.as(Role.AUDITOR, "GET", "breaches", null).body()).contains("\"items\":[]");
        assertThat(platform.as(Role.AUDITOR, "GET", "breaches?ended=true", null).body())
                .contains("\"items\":[{\"id\":\"" + ID)
                .doesNotContain("affected");
        String step = "{\"state\":\"CLOSED\",\"reason\":\"REMEDIED\"}";
        assertThat(platform.as(Role.OFFICER, "POST", "breaches/" + ID + "/steps", step)
                        .statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "POST", "breaches/" + ID + "/steps", step)
                        .statusCode())
                .isEqualTo(403);
        assertThat(platform.as(Role.AUDITOR, "GET", "breaches/" + ID + "/affected?cursor=x&limit=3", null)
                        .body())
                .contains("{\"subject\":\"" + PERSON + "\"}", "\"next\":\"y\"");
        assertThat(platform.as(Role.OPERATOR, "POST", "breaches/" + ID + "/notices", null)
                        .body())
                .contains("\"told\":2", "\"unreached\":1", "\"next\":\"z\"");
    }

    @Test
    void takesARequestOfWhoSomebodySaysTheyAre() {
        platform.rights
                .on("openFor", args -> {
                    assertThat(((Identified) args[1]).identifiers()).isEqualTo(Map.of("email", "ada@example.org"));
                    return RightsTest.request();
                })
                .on("request", args -> RightsTest.request());
        String body = "{\"identifiers\":{\"email\":\"ada@example.org\"},\"type\":\"ERASURE\",\"jurisdiction\":\"DE\","
                + "\"channel\":\"phone\"}";
        HttpResponse<String> made = platform.as(Role.OPERATOR, "POST", "requests", body);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).doesNotContain("example.org");
        assertThat(platform.as(Role.OPERATOR, "POST", "requests", body.replace("\"ada@example.org\"", "null"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void takesTheWordOfStaffAboutGuardiansAndMinors() {
        platform.rights
                .on("assertGuardian", args -> {
                    assertThat(args[2]).isEqualTo(Evidence.CALL);
                    return RightsTest.request();
                })
                .on("minorKnown", args -> RightsTest.request())
                .on("confirm", args -> RightsTest.request());
        assertThat(platform.as(Role.OPERATOR, "POST", "requests/" + ID + "/guardian", "{\"evidence\":\"CALL\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "POST", "subjects/" + PERSON + "/minor-known", null)
                        .body())
                .contains("\"type\":\"" + Type.OPT_OUT);
        assertThat(platform.as(Role.OPERATOR, "POST", "requests/" + ID + "/confirmation", null)
                        .statusCode())
                .isEqualTo(200);
    }
}
