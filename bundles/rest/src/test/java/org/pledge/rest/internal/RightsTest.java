package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;

class RightsTest {
    private static final UUID ID = UUID.fromString("c0a8f1d2-3e4b-4c5d-8e6f-708192a3b4c5");
    private static final SubjectId PERSON = SubjectId.parse("018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31");
    private static final String NEW = "{\"type\":\"OPT_OUT\",\"jurisdiction\":\"US-CA\",\"channel\":\"web\"}";

    private final Platform platform = new Platform();

    @AfterEach
    void close() {
        platform.close();
    }

    static Request request() {
        return new Request(
                ID,
                Platform.TENANT,
                PERSON,
                Type.OPT_OUT,
                State.OPEN,
                "US-CA",
                "web",
                Platform.NOW,
                "desk",
                new Deadlines(
                        "can-spam",
                        ZoneId.of("America/New_York"),
                        Optional.empty(),
                        Optional.empty(),
                        Platform.NOW.plus(Duration.ofDays(14)),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void opensARequestOnceUnderAKey() {
        platform.rights
                .on("open", args -> {
                    assertThat(args[1]).isEqualTo(new NewRequest(PERSON, Type.OPT_OUT, "US-CA", "web"));
                    return request();
                })
                .on("request", args -> request());
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> opened = platform.as(
                    Role.OPERATOR, "POST", "subjects/" + PERSON + "/requests", NEW, "Idempotency-Key", "one");
            assertThat(opened.statusCode()).isEqualTo(201);
            assertThat(opened.headers().firstValue("Location")).hasValue("/api/v1/requests/" + ID);
            assertThat(opened.body())
                    .contains("\"id\":\"" + ID, "\"lastDay\":\"2026-02-14\"", "\"paused\":false")
                    .doesNotContain("ground", "closed");
        }
        assertThat(platform.rights.calls()).filteredOn("open"::equals).hasSize(1);
    }

    @Test
    void takesWhenItArrived() {
        Instant arrived = Instant.parse("2026-01-09T08:00:00Z");
        platform.rights
                .on("open", args -> {
                    assertThat(args[1])
                            .isEqualTo(new NewRequest(
                                    PERSON, Type.OPT_OUT, "US-CA", "web", Set.of(), Optional.of(arrived)));
                    return request();
                })
                .on("openFor", args -> {
                    assertThat(args[6]).isEqualTo(Optional.of(arrived));
                    return request();
                })
                .on("request", args -> request());
        String body = NEW.replace("{", "{\"received\":\"" + arrived + "\",");
        assertThat(platform.as(Role.OPERATOR, "POST", "subjects/" + PERSON + "/requests", body)
                        .statusCode())
                .isEqualTo(201);
        String named = body.replaceFirst("\\{", "{\"identifiers\":{\"email\":\"ada@example.org\"},");
        assertThat(platform.as(Role.OPERATOR, "POST", "requests", named).statusCode())
                .isEqualTo(201);
        assertThat(platform.as(Role.OPERATOR, "POST", "requests", named.replace("T08", "at 08"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesWhatIsNoRequest() {
        for (String body :
                List.of(NEW.replace("OPT_OUT", "LOTTERY"), "{\"type\":\"ACCESS\",\"channel\":\"web\"}", NEW + "x")) {
            assertThat(platform.as(Role.OPERATOR, "POST", "subjects/" + PERSON + "/requests", body)
                            .statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(platform.rights.calls()).isEmpty();
    }

    @Test
    void listsWhatIsDue() {
        platform.rights.on("due", args -> {
            assertThat(List.of(args).subList(1, 3)).isIn(List.of(0, 50), List.of(10, 3), List.of(3650, 50));
            return List.of(request());
        });
        platform.rights.on("outstanding", args -> Map.of());
        for (String path : List.of("requests", "requests?due-in-days=0", "requests?due-in-days=10&limit=3")) {
            assertThat(platform.as(Role.AUDITOR, "GET", path, null).body()).contains("\"items\":[{\"id\":\"" + ID);
        }
        assertThat(platform.rights.calls()).filteredOn("due"::equals).hasSize(3);
        HttpResponse<String> refused = platform.as(Role.AUDITOR, "GET", "requests?due-in-days=-1", null);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"remedy\":\"Correct the query parameter 'due-in-days'");
    }

    @Test
    void whatIsDueSaysWhomItWaitsForAndOneRequestNamesThem() {
        Instant since = Instant.parse("2026-01-20T10:00:00Z");
        platform.rights
                .on("due", args -> List.of(request()))
                .on("outstanding", args -> Map.of(ID, new Outstanding(2, since, Optional.empty(), true)))
                .on("request", args -> request())
                .on(
                        "recipients",
                        args -> List.of(new Recipient(
                                "mail",
                                NoticeService.Answer.AWAITED,
                                3,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                new NoticeService.Contact(
                                        "smtp",
                                        Optional.of(since),
                                        Optional.of(since),
                                        Optional.of(since),
                                        1,
                                        4,
                                        true))));
        assertThat(platform.as(Role.AUDITOR, "GET", "requests", null).body())
                .contains("\"outstanding\":{\"recipients\":2,\"since\":\"2026-01-20T10:00:00Z\",\"escalated\":true}")
                .doesNotContain("silentSince");
        assertThat(platform.as(Role.AUDITOR, "GET", "requests/" + ID, null).body())
                .contains(
                        "\"recipients\":[{\"partner\":\"mail\",\"answer\":\"AWAITED\",\"disclosures\":3,\"overdue\":false",
                        "\"protocol\":\"smtp\",\"told\":\"2026-01-20T10:00:00Z\"",
                        "\"parked\":1,\"reminders\":4,\"escalated\":true")
                .doesNotContain("outstanding");
    }

    @Test
    void aWrongCodeIsAnAnswerAndNoError() {
        platform.rights.on(
                "checkCode", args -> new CodeCheck(request(), args[2].equals("271828"), args[2].equals("000003")));
        String path = "requests/" + ID + "/code-checks";
        assertThat(platform.as(Role.OPERATOR, "POST", path, "{\"code\":\"271828\"}")
                        .body())
                .contains("\"verified\":true");
        HttpResponse<String> wrong = platform.as(Role.OPERATOR, "POST", path, "{\"code\":\"314159\"}");
        assertThat(wrong.statusCode()).isEqualTo(200);
        assertThat(wrong.body()).contains("\"verified\":false,\"locked\":false").doesNotContain("314159");
        assertThat(platform.as(Role.OPERATOR, "POST", path, "{\"code\":\"000003\"}")
                        .body())
                .contains("\"verified\":false,\"locked\":true");
        assertThat(platform.as(Role.OPERATOR, "POST", path, "{\"code\":271828}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void extendingIsTheOfficersAndFulfillingIsNot() {
        platform.rights
                .on("extend", args -> {
                    assertThat(args[2]).isEqualTo(new Extension(Reason.COMPLEXITY, LocalDate.of(2026, 3, 12)));
                    return request();
                })
                .on("fulfil", args -> new Fulfilment(request(), 2, List.of(), Optional.of("ab")));
        String extension = "{\"reason\":\"COMPLEXITY\",\"noticed\":\"2026-03-12\"}";
        String extend = "requests/" + ID + "/extension";
        String fulfil = "requests/" + ID + "/fulfilment";
        assertThat(platform.as(Role.OFFICER, "POST", extend, extension).statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "POST", extend, extension).statusCode())
                .isEqualTo(403);
        assertThat(platform.as(Role.OPERATOR, "POST", fulfil, null).body())
                .contains("\"awaiting\":2", "\"disclosures\":[]", "\"digest\":\"ab\"");
        assertThat(platform.as(Role.OFFICER, "POST", fulfil, null).statusCode()).isEqualTo(403);
    }

    @Test
    void whatCannotBeDoneIsAConflictAndWithoutTheBundleItIsUnavailable() {
        platform.rights.on("withdraw", args -> {
            throw new PledgeException(Kind.CONFLICT, "this request is closed: REFUSED").remedy("Open a new request.");
        });
        String path = "requests/" + ID + "/withdrawal";
        HttpResponse<String> closed = platform.as(Role.OPERATOR, "POST", path, null);
        assertThat(closed.statusCode()).isEqualTo(409);
        assertThat(closed.body()).contains("this request is closed: REFUSED", "Open a new request.");
        platform.stopped.add("rights");
        assertThat(platform.as(Role.OPERATOR, "POST", path, null).statusCode()).isEqualTo(503);
    }
}
