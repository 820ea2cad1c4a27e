package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Role;
import org.pledge.visitor.UsageService;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.UsageService.Event;

/** Usage events in, figures out. */
class UsageTest {
    private static Platform platform;

    private final List<Event> counted = new ArrayList<>();

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    @SuppressWarnings("unchecked")
    void stubs() {
        platform.forget();
        platform.usage
                .on("count", args -> {
                    List<Event> events = (List<Event>) args[1];
                    counted.addAll(events);
                    return new UsageService.Receipt(events.size(), 0, 0);
                })
                .on(
                        "statistics",
                        args -> new UsageService.Statistics(
                                (String) args[1],
                                (LocalDate) args[2],
                                (LocalDate) args[3],
                                (Dimension) args[4],
                                10,
                                1,
                                30,
                                List.of(new UsageService.Cell("/jobs", 20, 15)),
                                10,
                                List.of("IW-6")));
    }

    private static String example() throws IOException {
        JsonNode contract = new ObjectMapper().readTree(new OpenApi().json());
        return contract.at("/paths/~1usage-events/post/requestBody/content/application~1json/examples/usual/value")
                .toString();
    }

    private static HttpResponse<String> send(String body, String... headers) {
        return platform.as(Role.INTEGRATOR, "POST", "usage-events", body, headers);
    }

    private static String event(String rest) {
        return "{\"events\":[{\"site\":\"shop\",\"at\":\"2026-01-31T11:58:00Z\",\"first\":[]" + rest + "}]}";
    }

    @Test
    void theContractsExampleIsCounted() throws IOException {
        HttpResponse<String> answer = send(example());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"counted\":3,\"withheld\":0,\"dropped\":0}");
        assertThat(counted.get(0).at()).isEqualTo(Instant.parse("2026-01-31T11:58:00Z"));
        assertThat(counted.get(0).first()).containsExactlyInAnyOrder(Dimension.DAY, Dimension.HOUR, Dimension.PAGE);
        assertThat(counted.get(0).host()).hasValue("dsl-17.example.net");
        assertThat(counted).extracting(Event::gpc).containsExactly(false, true, false);
        assertThat(counted).extracting(Event::refused).containsExactly(false, false, true);
        assertThat(counted).allMatch(event -> event.others().isEmpty());
    }

    @Test
    void theHeaderOfGlobalPrivacyControlHoldsForEveryEvent() throws IOException {
        send(example(), "Sec-GPC", "1");

        assertThat(counted).hasSize(3).allMatch(Event::gpc);
    }

    @Test
    void ofUnknownPropertiesOnlyTheNameGoesOn() {
        send(event(",\"email\":\"john@example.org\",\"deep\":{\"ip\":\"192.0.2.7\"}"));

        assertThat(counted).hasSize(1);
        assertThat(counted.get(0).others()).isEqualTo(Set.of("email", "deep"));
    }

    @Test
    void aRepeatIsCountedOnce() {
        HttpResponse<String> once = send(event(""), "Idempotency-Key", "batch-1");
        HttpResponse<String> again = send(event(""), "Idempotency-Key", "batch-1");

        assertThat(again.body()).isEqualTo(once.body());
        assertThat(counted).hasSize(1);
    }

    @Test
    void whatCannotBeReadIsRefusedWithoutEcho() {
        for (String body : List.of(
                "[]",
                "{}",
                "null",
                "{\"events\":{}}",
                "{\"events\":[],\"x\":1}",
                "{\"events\":[\"john@example.org\"]}",
                "{\"events\":[{\"site\":\"shop\",\"first\":[]}]}",
                "{\"events\":[{\"site\":\"shop\",\"at\":\"john@example.org\",\"first\":[]}]}",
                event(",\"gpc\":\"john@example.org\""),
                event(",\"first\":[]"),
                event("") + "x",
                "{\"events\":[{\"site\":\"shop\",\"at\":\"2026-01-31T11:58:00Z\",\"first\":[\"john@example.org\"]}]}")) {
            HttpResponse<String> answer = send(body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("john");
        }
        assertThat(counted).isEmpty();
    }

    @Test
    void figuresAreAskedForByDayAndDimension() {
        HttpResponse<String> answer = platform.as(
                Role.VIEWER, "GET", "usage-statistics?site=shop&from=2026-01-01&to=2026-02-01&by=PAGE", null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"by\":\"PAGE\"", "\"cells\":[{\"name\":\"/jobs\",\"events\":20,\"visitorDays\":15}]");
        for (String query :
                List.of("", "site=shop", "from=2026-01-01&to=x&by=PAGE", "from=2026-01-01&to=2026-02-01&by=IP")) {
            assertThat(platform.as(Role.VIEWER, "GET", "usage-statistics?" + query, null)
                            .statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
    }
}
