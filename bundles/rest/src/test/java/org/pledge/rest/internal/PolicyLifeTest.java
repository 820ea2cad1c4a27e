package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService.Change;

class PolicyLifeTest {
    private static final TenantId KORAX = new TenantId("korax");

    private final Platform platform = new Platform();

    @BeforeEach
    void publish() {
        List<Policy> versions = List.of(version(1), version(3));
        platform.policies
                .on("policies", args -> List.of(versions.get(1)))
                .on("versions", args -> versions)
                .on("diff", args -> List.of(new Change("controller", "changed from " + args[1] + ".", true)));
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private static Policy version(int number) {
        return Stub.of(Policy.class)
                .on("tenant", args -> KORAX)
                .on("version", args -> number)
                .on("prefix", args -> "KX")
                .on("controller", args -> "Korax Web Services")
                .on("published", args -> LocalDate.of(2004, number, 6))
                .on("contact", args -> "privacy officer")
                .on("digest", args -> "ab".repeat(32))
                .on("jurisdictions", args -> List.of("CA"))
                .on("documents", args -> Map.of())
                .on("categories", args -> List.of())
                .on("purposes", args -> List.of())
                .on("recipients", args -> List.of())
                .on("tiers", args -> Set.of())
                .get();
    }

    private HttpResponse<String> get(String path) {
        return platform.send(platform.request("GET", path, null));
    }

    @Test
    void everybodyReadsAllVersionsAndWhenTheLastWasPublished() {
        HttpResponse<String> answer = get("policies/korax/versions");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Last-Updated")).hasValue("2004-03-06");
        assertThat(answer.body())
                .contains("\"lastUpdated\":\"2004-03-06\"", "\"version\":1", "\"version\":3", "\"material\":true");
    }

    @Test
    void everybodyReadsAnOldVersionAndWhatANewOneChanged() {
        HttpResponse<String> first = get("policies/korax/versions/1");
        assertThat(first.headers().firstValue("Last-Updated")).hasValue("2004-01-06");
        assertThat(first.body()).contains("\"changes\":[]", "\"material\":false");

        assertThat(get("policies/korax/versions/3").body()).contains("changed from 1.", "\"material\":true");
    }

    @Test
    void whatWasNeverPublishedIsNotFound() {
        for (String path : List.of("korax/versions/2", "nobody/versions", "No_Tenant/versions")) {
            HttpResponse<String> answer = get("policies/" + path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).doesNotContain("\"remedy\":\"\"");
        }
    }

    @Test
    void campaignsAndTransfersAreNotForEverybody() {
        assertThat(get("policy/campaigns").statusCode()).isEqualTo(401);
        assertThat(get("ownership-transfers").statusCode()).isEqualTo(401);
        assertThat(get("partners/regions").statusCode()).isEqualTo(401);
    }

    @Test
    void theRefusalOfATransferNamesThePromise() {
        platform.ownership.on("open", args -> {
            throw new PledgeException(Kind.DENIED, "never announced").because(List.of("KX-1"));
        });

        HttpResponse<String> answer = open();

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"promises\":[\"KX-1\"]");
    }

    @Test
    void aTransferIsOpenedWithWhatWasAsked() {
        Scope scope = new Scope(
                "new-owner", Set.of("email"), Optional.empty(), LocalDate.of(2026, 12, 1), LocalDate.of(2026, 12, 31));
        platform.ownership.on("open", args -> {
            assertThat(args[1]).isEqualTo(scope);
            return new Transfer(
                    new UUID(1, 2),
                    KORAX,
                    scope,
                    3,
                    Instant.EPOCH,
                    State.OPEN,
                    Set.of(),
                    Optional.empty(),
                    Optional.empty());
        });

        assertThat(open().statusCode()).isEqualTo(201);
    }

    @Test
    void peopleAreToldByMessageAndByHand() {
        SubjectId person = SubjectId.random();
        platform.ownershipNotices.on("send", args -> {
            assertThat(args[1]).isEqualTo(new UUID(1, 2));
            return new OwnershipNotices.Sent(4, 1, false);
        });
        platform.ownershipNotices.on("toldByHand", args -> {
            assertThat(args[3]).isEqualTo(LocalDate.of(2026, 12, 1));
            return new OwnershipNotices.Notice(person, OwnershipNotices.Telling.BY_HAND, Instant.EPOCH);
        });
        String notices = "ownership-transfers/" + new UUID(1, 2) + "/notices";

        assertThat(platform.as(Role.OPERATOR, "POST", notices, "").body())
                .contains("\"told\":4", "\"unreached\":1", "\"more\":false");
        assertThat(platform.as(Role.OPERATOR, "PUT", notices + "/" + person, "{\"day\":\"2026-12-01\"}")
                        .body())
                .contains("BY_HAND");
        assertThat(platform.as(Role.OPERATOR, "PUT", notices + "/" + person, "{}")
                        .statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> open() {
        return platform.as(
                Role.OFFICER,
                "POST",
                "ownership-transfers",
                "{\"successor\":\"new-owner\",\"categories\":[\"email\"],\"notice\":\"2026-12-01\","
                        + "\"objections\":\"2026-12-31\"}");
    }
}
