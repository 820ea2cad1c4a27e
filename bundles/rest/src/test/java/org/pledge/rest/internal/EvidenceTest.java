package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Role;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.EvidenceService.Content;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.EvidenceService.Type;

class EvidenceTest {
    private static final UUID CAPTURE = UUID.randomUUID();
    private static final UUID CHARGEBACK = UUID.randomUUID();
    private static final UUID ID = UUID.randomUUID();
    private static final String PATH = "payments/" + CAPTURE + "/chargebacks/" + CHARGEBACK + "/evidence";

    private final Platform platform = new Platform();
    private final List<Object> asked = new ArrayList<>();

    EvidenceTest() {
        platform.evidence.on("add", args -> {
            byte[] content = (byte[]) args[4];
            asked.addAll(List.of(args[1], args[2], args[3], content.length));
            return evidence((Type) args[3]);
        });
        platform.evidence.on("list", args -> {
            asked.addAll(List.of(args[1], args[2]));
            return List.of(evidence(Type.PNG));
        });
        platform.evidence.on("content", args -> {
            asked.addAll(List.of(args[1], args[2], args[3]));
            return new Content(evidence(Type.TEXT), "Delivered.".getBytes(StandardCharsets.US_ASCII));
        });
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Evidence evidence(Type type) {
        return new Evidence(
                Platform.TENANT, ID, CHARGEBACK, type, 10, "b5bb", Platform.NOW, "desk", Platform.NOW.plusSeconds(9));
    }

    private HttpResponse<String> post(Role role, String type, String body) {
        return platform.as(role, "POST", PATH, body, "Content-Type", type);
    }

    @Test
    void takesEachTypeAndSaysWhereItIs() {
        for (Type type : Type.values()) {
            asked.clear();
            HttpResponse<String> answer = post(Role.OPERATOR, type.mediaType() + "; charset=utf-8", "0123456789");

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/" + PATH + "/" + ID);
            assertThat(answer.body())
                    .contains("\"type\":\"" + type.mediaType() + "\"", "\"sha256\":\"b5bb\"", "\"by\":\"desk\"");
            assertThat(asked).containsExactly(CAPTURE, CHARGEBACK, type, 10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html", "image/svg+xml", "application/octet-stream"})
    void takesNoOtherType(String type) {
        HttpResponse<String> answer = post(Role.OPERATOR, type, "x");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/pdf");
        assertThat(asked).isEmpty();
    }

    @Test
    void takesFiveMebibytesAndOtherBodiesKeepTheirLimit() {
        String longest = "x".repeat(EvidenceService.MOST_BYTES);
        assertThat(post(Role.OPERATOR, "text/plain", longest).statusCode()).isEqualTo(201);
        HttpResponse<String> larger = post(Role.OPERATOR, "text/plain", longest + "x");
        assertThat(larger.statusCode()).isEqualTo(413);
        assertThat(larger.body()).contains(EvidenceService.MOST_BYTES + " bytes");
        assertThat(asked).hasSize(4);
        assertThat(platform.as(Role.OPERATOR, "POST", "payments", " ".repeat(BodyFilter.LIMIT + 1))
                        .body())
                .contains(BodyFilter.LIMIT + " bytes");
    }

    @Test
    void listsAndGivesBackInBase64() {
        assertThat(platform.as(Role.AUDITOR, "GET", PATH, null).body())
                .startsWith("{\"items\":[{\"id\":\"" + ID)
                .doesNotContain("content");
        HttpResponse<String> content = platform.as(Role.OPERATOR, "GET", PATH + "/" + ID, null);
        assertThat(content.body()).contains("\"type\":\"text/plain\"", "\"content\":\"RGVsaXZlcmVkLg==\"");
        assertThat(asked).containsExactly(CAPTURE, CHARGEBACK, CAPTURE, CHARGEBACK, ID);
    }

    @Test
    void isForOperatorsAndItsListForAuditors() {
        assertThat(post(Role.AUDITOR, "text/plain", "x").statusCode()).isEqualTo(403);
        assertThat(platform.as(Role.AUDITOR, "GET", PATH + "/" + ID, null).statusCode())
                .isEqualTo(403);
        assertThat(platform.as(Role.OFFICER, "GET", PATH, null).statusCode()).isEqualTo(403);
        assertThat(asked).isEmpty();
    }
}
