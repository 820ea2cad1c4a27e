package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Role;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.ConfidentialityService.Duty;
import org.pledge.access.ConfidentialityService.Standing;

class ConfidentialityTest {
    private static final String DIGEST = "5d".repeat(32);
    private static final Duty DUTY = new Duty("1", DIGEST, "Keep it to yourself.");
    private static final Acceptance ACCEPTED =
            new Acceptance(Platform.TENANT, "ann", DIGEST, "1", Platform.NOW, "desk");

    private final Platform platform = new Platform();

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void showsTheTextAndWhereTheCallerStands() {
        platform.confidentiality.on(
                "standing", args -> new Standing(List.of("AI-31"), Optional.of(DUTY), Optional.empty()));
        HttpResponse<String> asked = platform.as(Role.OPERATOR, "GET", "confidentiality", null);
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(asked.body())
                .contains("\"required\":true", "AI-31", DIGEST, "Keep it to yourself.")
                .doesNotContain("accepted");

        platform.confidentiality.on(
                "standing", args -> new Standing(List.of(), Optional.empty(), Optional.of(ACCEPTED)));
        assertThat(platform.as(Role.VIEWER, "GET", "confidentiality", null).body())
                .contains("\"required\":false", "\"accepted\":\"" + Platform.NOW)
                .doesNotContain("digest");
    }

    @Test
    void acceptsTheTextThatWasRead() {
        platform.confidentiality.on("accept", args -> {
            assertThat(args[1]).isEqualTo(DIGEST);
            return ACCEPTED;
        });
        HttpResponse<String> accepted =
                platform.as(Role.CUSTODIAN, "POST", "confidentiality/acceptances", "{\"digest\":\"" + DIGEST + "\"}");
        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(accepted.body()).contains("\"holder\":\"ann\"", "\"by\":\"desk\"");
        assertThat(platform.as(Role.CUSTODIAN, "POST", "confidentiality/acceptances", "{}")
                        .statusCode())
                .isIn(400, 422);
    }

    @Test
    void aRoleThatWaitsReachesTheDutyAndNothingElse() {
        platform.waiting.add(Role.OPERATOR);
        platform.confidentiality
                .on("standing", args -> new Standing(List.of("AI-31"), Optional.of(DUTY), Optional.empty()))
                .on("accept", args -> ACCEPTED);

        HttpResponse<String> refused = platform.as(Role.OPERATOR, "GET", "accounts", null);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("AI-31", "duty of confidentiality", "accept it");
        assertThat(platform.leaves).singleElement().satisfies(leaf -> assertThat(leaf.promises())
                .containsExactly("AI-31"));
        assertThat(platform.as(Role.OPERATOR, "GET", "confidentiality", null).statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "POST", "confidentiality/acceptances", "{\"digest\":\"" + DIGEST + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAcceptanceWithoutADigestIsToldWhereToFindIt() {
        HttpResponse<String> refused = platform.as(Role.OPERATOR, "POST", "confidentiality/acceptances", "{}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("digest is missing", "\"remedy\":", "GET /api/v1/confidentiality");
    }

    @Test
    void listsWhoAcceptedToOfficersAndAuditors() {
        platform.confidentiality.on("acceptances", args -> List.of(ACCEPTED));
        assertThat(platform.as(Role.AUDITOR, "GET", "confidentiality/acceptances", null)
                        .body())
                .contains("\"holder\":\"ann\"");
        assertThat(platform.as(Role.OPERATOR, "GET", "confidentiality/acceptances", null)
                        .statusCode())
                .isEqualTo(403);
    }
}
