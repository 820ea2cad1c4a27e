package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.ConfidentialityService.Duty;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Status;

final class DefaultConfidentialityServiceTest {
    private static final TenantId AI = new TenantId("ai");
    private static final TenantId KX = new TenantId("kx");
    private static final String DIGEST = "5d".repeat(32);
    private static final Duty NEXT = new Duty("2", "6e".repeat(32), "Keep it to yourself, for good.");

    @TempDir
    private Path folder;

    private final House house = new House();
    private final DefaultConfidentialityService service;

    DefaultConfidentialityServiceTest() {
        house.promises.put(AI, List.of(promise(Status.ENFORCED)));
        house.promises.put(KX, List.of());
        service = house.confidentiality();
    }

    private static Promise promise(Status status) {
        return new Promise(
                "AI-31",
                "Security",
                "Staff keep it to themselves.",
                status,
                "confidentiality-record",
                Map.of("roles", "operator, officer,custodian"),
                "");
    }

    private static Caller ann(TenantId tenant, Role... roles) {
        return new Caller(tenant, "desk", "ann", Set.of(roles));
    }

    private static void assertWaits(Caller caller, Role role) {
        assertThatThrownBy(() -> caller.require(role)).isInstanceOfSatisfying(PledgeException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(Kind.DENIED);
            assertThat(refused.promises()).containsExactly("AI-31");
            assertThat(refused.roles()).containsExactly(role);
            assertThat(refused.remedy()).contains("/api/v1/confidentiality", "pledge:confidentiality --tenant ai");
        });
    }

    @Test
    void aRoleThatSeesPeopleWaitsUntilTheDutyIsAccepted() {
        Caller before = service.active(ann(AI, Role.OPERATOR, Role.VIEWER));
        assertThat(before.roles()).containsExactly(Role.VIEWER);
        assertWaits(before, Role.OPERATOR);
        assertThatCode(() -> before.require(Role.VIEWER)).doesNotThrowAnyException();

        Acceptance accepted = service.accept(before, DIGEST);

        assertThat(accepted).isEqualTo(new Acceptance(AI, "ann", DIGEST, "1", house.now.get(), "desk"));
        assertThat(service.active(ann(AI, Role.OPERATOR))).isEqualTo(ann(AI, Role.OPERATOR));
        assertThat(house.confidentiality().active(ann(AI, Role.OPERATOR)))
                .as("after a restart")
                .isEqualTo(ann(AI, Role.OPERATOR));
        assertThat(house.leaves)
                .containsExactly(new Leaf(
                        AI,
                        house.now.get(),
                        Leaf.Act.CONFIDENTIALITY_ACCEPTED,
                        "desk",
                        Optional.empty(),
                        List.of("AI-31"),
                        Map.of("holder", "ann", "version", "1", "digest", DIGEST)));
    }

    @Test
    void eachRoleThatIsNamedWaitsAndNoOther() {
        for (Role role : Role.values()) {
            boolean named = Set.of(Role.OPERATOR, Role.OFFICER, Role.CUSTODIAN).contains(role);
            assertThat(service.active(ann(AI, role)).roles().isEmpty())
                    .as(role.name())
                    .isEqualTo(named);
        }
    }

    @Test
    void anotherTenantsStaffAndAPlannedPromiseAskForNothing() {
        assertThat(service.active(ann(KX, Role.OPERATOR))).isEqualTo(ann(KX, Role.OPERATOR));
        assertThat(service.active(ann(new TenantId("new"), Role.OPERATOR)).roles())
                .contains(Role.OPERATOR);
        house.promises.put(AI, List.of(promise(Status.PLANNED)));
        assertThat(service.active(ann(AI, Role.OPERATOR))).isEqualTo(ann(AI, Role.OPERATOR));
    }

    @Test
    void whatOneAcceptedCountsForThatHolderAndTenantAlone() {
        service.accept(ann(AI, Role.OPERATOR), DIGEST);
        assertThat(service.active(new Caller(AI, "home", "Ann", Set.of(Role.CUSTODIAN)))
                        .roles())
                .as("another login of hers")
                .containsExactly(Role.CUSTODIAN);
        assertWaits(service.active(new Caller(AI, "desk", "ben", Set.of(Role.OPERATOR))), Role.OPERATOR);
        house.promises.put(KX, List.of(promise(Status.ENFORCED)));
        assertThat(service.active(ann(KX, Role.OPERATOR)).roles()).isEmpty();
    }

    @Test
    void anotherTextIsToBeAcceptedAnew() {
        service.accept(ann(AI, Role.OPERATOR), DIGEST);
        house.duty = Optional.of(NEXT);
        DefaultConfidentialityService next = house.confidentiality();
        Caller waiting = next.active(ann(AI, Role.OPERATOR));
        assertWaits(waiting, Role.OPERATOR);
        assertThat(next.standing(waiting).accepted()).isEmpty();

        assertRefused(Kind.STALE, () -> next.accept(waiting, DIGEST));
        next.accept(waiting, NEXT.digest().substring(0, 12));

        assertThat(next.active(ann(AI, Role.OPERATOR)).roles()).containsExactly(Role.OPERATOR);
        assertThat(next.acceptances(ann(AI, Role.AUDITOR)))
                .extracting(Acceptance::version)
                .containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void refusesADigestThatIsNotThePresentTexts() {
        for (String wrong : List.of("", "5d5d", "5d5d5d5d5d5", "6e".repeat(32), DIGEST + "0", "5D".repeat(32))) {
            assertRefused(Kind.STALE, () -> service.accept(ann(AI, Role.OPERATOR), wrong));
        }
        assertWaits(service.active(ann(AI, Role.OPERATOR)), Role.OPERATOR);
        assertThat(house.leaves).isEmpty();
    }

    private static void assertRefused(Kind kind, Runnable act) {
        assertThatThrownBy(act::run).isInstanceOfSatisfying(PledgeException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(kind);
            assertThat(refused.remedy()).isNotEmpty();
        });
    }

    @Test
    void withoutATextNobodyGetsIn() {
        house.duty = Optional.empty();
        DefaultConfidentialityService without = house.confidentiality();
        Caller waiting = without.active(ann(AI, Role.OPERATOR));
        assertThat(waiting.roles()).isEmpty();
        assertThatThrownBy(() -> waiting.require(Role.OPERATOR))
                .isInstanceOfSatisfying(PledgeException.class, refused -> assertThat(refused.remedy())
                        .contains("etc/confidentiality.txt"));
        assertRefused(Kind.UNAVAILABLE, () -> without.accept(waiting, DIGEST));
        assertThat(without.active(ann(KX, Role.OPERATOR)).roles()).containsExactly(Role.OPERATOR);
    }

    @Test
    void acceptingAgainKeepsTheFirstAcceptance() {
        Acceptance first = service.accept(ann(AI, Role.OPERATOR), DIGEST);
        house.now.set(house.now.get().plusSeconds(9));
        assertThat(service.accept(ann(AI, Role.OFFICER), DIGEST)).isEqualTo(first);
        assertThat(house.leaves).hasSize(1);
    }

    @Test
    void anAcceptanceThatIsUndoneOpensNothing() {
        assertThatThrownBy(() -> house.store.required(() -> {
                    service.accept(ann(AI, Role.OPERATOR), DIGEST);
                    throw new IllegalStateException("no disk");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertWaits(service.active(ann(AI, Role.OPERATOR)), Role.OPERATOR);
    }

    @Test
    void whoAcceptedIsForOfficersAndAuditors() {
        Acceptance accepted = service.accept(ann(AI, Role.OPERATOR), DIGEST);
        assertThat(service.acceptances(ann(AI, Role.OFFICER))).containsExactly(accepted);
        assertThat(service.acceptances(ann(KX, Role.AUDITOR))).isEmpty();
        for (Role role : Set.of(Role.VIEWER, Role.OPERATOR, Role.CUSTODIAN, Role.INTEGRATOR, Role.PARTNER)) {
            assertThatThrownBy(() -> service.acceptances(ann(AI, role))).isInstanceOf(PledgeException.class);
        }
    }

    @Test
    void aCredentialStandsForItsActiveRoles() {
        DefaultCredentialService credentials =
                new DefaultCredentialService(house.store, house.store, house.audit, house.tokens, service, house.clock);
        String token = credentials
                .issue(
                        new Caller(AI, "admin", Set.of(Role.ADMIN)),
                        "desk",
                        "ann",
                        Set.of(Role.OPERATOR),
                        Optional.empty())
                .token();
        Caller caller = credentials.authenticate(token).orElseThrow();
        assertWaits(caller, Role.OPERATOR);
        assertThatCode(() -> caller.asAppointed().require(Role.OPERATOR)).doesNotThrowAnyException();
        service.accept(caller, DIGEST);
        assertThat(credentials.authenticate(token).orElseThrow()).isEqualTo(ann(AI, Role.OPERATOR));
    }

    @Test
    void aRefusalOfAWaitingRoleIsRecordedWithItsPromise() {
        Caller waiting = service.active(ann(AI, Role.OPERATOR));
        assertThat(Leaf.roleRefused(waiting, house.now.get(), "findSubject", Set.of(Role.OPERATOR))
                        .promises())
                .containsExactly("AI-31");
        assertThat(Leaf.roleRefused(waiting, house.now.get(), "rotate", Set.of(Role.CUSTODIAN))
                        .promises())
                .isEmpty();
    }

    // the text

    @Test
    void readsTheTextAndItsDigest() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "abc");
        assertThat(DutyText.read(file, "2026-11"))
                .contains(
                        new Duty("2026-11", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc"));
        assertThat(DutyText.read(file, "no version")).isEmpty();
    }

    @Test
    void takesNoTextThatNobodyCanRead() throws IOException {
        assertThat(DutyText.read(folder.resolve("none"), "1")).isEmpty();
        assertThat(DutyText.read(folder, "1")).isEmpty();
        for (byte[] unreadable : List.of(
                new byte[0],
                " \n".getBytes(StandardCharsets.UTF_8),
                new byte[] {'a', (byte) 0xff},
                "a\u001b[2Jb".getBytes(StandardCharsets.UTF_8),
                "a".repeat(32 * 1024 + 1).getBytes(StandardCharsets.UTF_8))) {
            Path file = Files.write(folder.resolve("text"), unreadable);
            assertThat(DutyText.read(file, "1")).isEmpty();
        }
    }
}
