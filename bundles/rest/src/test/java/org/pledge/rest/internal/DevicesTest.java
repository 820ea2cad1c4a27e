package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.subject.EndingService.Ended;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.visitor.LinkService.Link;

/** Linked devices, and events that end a purpose. */
class DevicesTest {
    private static final SubjectId ADA = SubjectId.random();
    private static final UUID LINK = UUID.randomUUID();
    private static Platform platform;

    private final List<Object> asked = new ArrayList<>();

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void stubs() {
        Link link = new Link(
                LINK, ADA, Instant.parse("2026-01-31T12:00:00Z"), Map.of("url-requests", 12L), List.of("AI-9"));
        platform.forget();
        platform.endings.on("report", args -> {
            asked.addAll(List.of(args[1], args[2]));
            return new Ended(
                    "order-fulfilled",
                    Set.of("street"),
                    List.of(new Kept("phone", Instant.parse("2026-12-01T00:00:00Z"), "LAW", List.of())));
        });
        platform.links
                .on("link", args -> {
                    asked.addAll(List.of(args[1], args[2]));
                    return link;
                })
                .on("links", args -> List.of(link))
                .on("unlink", args -> {
                    asked.addAll(List.of(args[1], args[2]));
                    return null;
                })
                .on("record", args -> {
                    asked.addAll((List<?>) args[1]);
                    return null;
                });
    }

    private static HttpResponse<String> send(Role role, String method, String path, String body) {
        return platform.as(role, method, path, body);
    }

    @Test
    void anEventEndsAPurpose() {
        HttpResponse<String> answer =
                send(Role.INTEGRATOR, "POST", "subjects/" + ADA + "/events", "{\"event\":\"order-fulfilled\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"event\":\"order-fulfilled\",\"removed\":[\"street\"],\"kept\":[{\"field\":\"phone\","
                        + "\"until\":\"2026-12-01T00:00:00Z\",\"ground\":\"LAW\",\"promises\":[]}]}");
        assertThat(asked).containsExactly(ADA, "order-fulfilled");
        assertThat(send(Role.INTEGRATOR, "POST", "subjects/" + ADA + "/events", "{}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aDeviceIsLinkedListedAndUnlinked() {
        String devices = "subjects/" + ADA + "/devices";
        HttpResponse<String> linked = send(Role.INTEGRATOR, "POST", devices, "{\"device\":\"d-7f3c21b09a\"}");
        assertThat(linked.statusCode()).isEqualTo(201);
        assertThat(linked.body())
                .contains(LINK.toString(), "\"url-requests\":12")
                .doesNotContain("d-7f3c21b09a");
        assertThat(send(Role.AUDITOR, "GET", devices, "").body()).contains(LINK.toString());
        assertThat(send(Role.INTEGRATOR, "DELETE", devices + "/" + LINK, "").statusCode())
                .isEqualTo(204);
        assertThat(asked).containsExactly(ADA, "d-7f3c21b09a", ADA, LINK);
    }

    @Test
    void recordsAreTakenWithoutAWord() {
        HttpResponse<String> answer = send(
                Role.INTEGRATOR,
                "POST",
                "device-records",
                "{\"records\":[{\"device\":\"d-7f3c21b09a\",\"category\":\"url-requests\","
                        + "\"at\":\"2026-01-31T11:58:00Z\",\"value\":\"https://example.org/jobs\"}]}");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void othersAreRefused() {
        assertThat(send(Role.VIEWER, "GET", "subjects/" + ADA + "/devices", "").statusCode())
                .isEqualTo(403);
        assertThat(send(Role.PARTNER, "POST", "device-records", "{\"records\":[]}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(Role.VIEWER, "POST", "subjects/" + ADA + "/events", "{\"event\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(asked).isEmpty();
    }
}
