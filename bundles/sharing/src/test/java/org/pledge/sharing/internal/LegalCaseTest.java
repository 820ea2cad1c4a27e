package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Denied;
import org.pledge.policy.Decision.Permitted;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.LegalCaseService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;

class LegalCaseTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private LegalCase open(Set<SubjectId> subjects, String... fields) {
        return world.cases.open(
                world.officer,
                Ground.LAW,
                "ON-2026/17",
                "court",
                subjects,
                Set.of(fields),
                world.clock.instant().plus(Duration.ofDays(30)));
    }

    private LegalCase approved(String... fields) {
        return approve(open(Set.of(world.anna), fields).id());
    }

    private LegalCase approve(UUID id) {
        world.cases.approve(world.officer, id);
        return world.cases.approve(world.otherOfficer, id);
    }

    private Request request(UUID legalCase, String... fields) {
        return new Request(world.anna, "court", "legal-order", List.of(fields), Optional.of(legalCase), Map.of());
    }

    private Decision explain(UUID legalCase, String... fields) {
        return world.sharing.explain(world.operator, request(legalCase, fields));
    }

    private static List<Code> codes(Decision decision) {
        return ((Denied) decision).reasons().stream().map(Reason::code).toList();
    }

    private static void refused(Kind kind, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void twoDifferentHoldersMakeACaseValid() {
        LegalCase opened = open(Set.of(world.anna), "name");
        assertThat(opened.state()).isEqualTo(State.OPEN);
        assertThat(opened.approvals()).isEmpty();
        assertThat(codes(explain(opened.id(), "name"))).containsExactly(Code.CASE_NOT_VALID);

        assertThat(world.cases.approve(world.officer, opened.id()).state()).isEqualTo(State.OPEN);
        refused(Kind.CONFLICT, () -> world.cases.approve(world.officer, opened.id()));
        assertThat(codes(explain(opened.id(), "name"))).containsExactly(Code.CASE_NOT_VALID);

        LegalCase approved = world.cases.approve(world.otherOfficer, opened.id());
        assertThat(approved.state()).isEqualTo(State.APPROVED);
        assertThat(approved.approvals()).containsExactlyInAnyOrder("oscar", "otto");
        assertThat(explain(opened.id(), "name")).isInstanceOfSatisfying(Permitted.class, permitted -> {
            assertThat(permitted.fields()).containsExactly("name");
            assertThat(permitted.promises()).containsExactly("KX-22");
        });
        assertThat(world.audit.leaves(Leaf.Act.CASE_APPROVED)).hasSize(2);
    }

    @Test
    void onlyOfficersActOnCases() {
        UUID id = open(Set.of(world.anna), "name").id();
        refused(Kind.DENIED, () -> world.cases.approve(world.operator, id));
        refused(Kind.DENIED, () -> world.cases.except(world.operator, id, "KX-1"));
        refused(Kind.DENIED, () -> world.cases.close(world.integrator, id));
        refused(Kind.NOT_FOUND, () -> world.cases.find(world.officer, UUID.randomUUID()));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void officersAndAuditorsReadCasesAndNobodyElse(Role role) {
        UUID id = open(Set.of(world.anna), "name").id();
        Caller caller = world.caller("reader", role);
        if (role == Role.OFFICER || role == Role.AUDITOR) {
            assertThat(world.cases.find(caller, id).id()).isEqualTo(id);
            assertThat(world.cases.list(caller)).hasSize(1);
        } else {
            refused(Kind.DENIED, () -> world.cases.find(caller, id));
            refused(Kind.DENIED, () -> world.cases.list(caller));
        }
    }

    @Test
    void onePersonIsOneApproverWhateverTheLoginOrCredential() {
        UUID id = open(Set.of(world.anna), "name").id();
        Caller shell = new Caller(World.KORAX, "shell:Ana", "Ana", Set.of(Role.OFFICER));
        Caller rest = new Caller(World.KORAX, "ana-rest", "ana", Set.of(Role.OFFICER));
        Caller reissued = new Caller(World.KORAX, "ana-again", "ANA", Set.of(Role.OFFICER));

        assertThat(world.cases.approve(shell, id).approvals()).containsExactly("ana");
        refused(Kind.CONFLICT, () -> world.cases.approve(rest, id));
        refused(Kind.CONFLICT, () -> world.cases.approve(reissued, id));
        assertThat(world.cases.find(rest, id).state()).isEqualTo(State.OPEN);
        assertThat(world.cases.approve(world.officer, id).state()).isEqualTo(State.APPROVED);
        assertThat(world.audit.leaves(Leaf.Act.CASE_APPROVED))
                .extracting(leaf -> leaf.details().get("holder"))
                .containsExactly("ana", "oscar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ana b", "ana@example.org", "", "shell:ana"})
    void whoseHolderIsNoStaffIdApprovesNothing(String holder) {
        UUID id = open(Set.of(world.anna), "name").id();
        refused(
                Kind.INVALID,
                () -> world.cases.approve(new Caller(World.KORAX, "odd", holder, Set.of(Role.OFFICER)), id));
        assertThat(world.cases.find(world.officer, id).approvals()).isEmpty();
    }

    @Test
    void aCaseThatIsNotThereIsNotFound() {
        refused(Kind.NOT_FOUND, () -> world.cases.find(world.officer, UUID.randomUUID()));
    }

    @Test
    void aPromiseOfNeverNeedsItsOwnException() {
        UUID id = approved("name", "email").id();
        Denied locked = (Denied) explain(id, "email");
        assertThat(codes(locked)).containsExactly(Code.EXCEPTION_NEEDED);
        assertThat(locked.promises()).containsExactly("KX-1");
        assertThat(locked.remedy()).isEqualTo("sharing:case-except " + id + " KX-1");

        refused(Kind.INVALID, () -> world.cases.except(world.officer, id, "KX-99"));
        world.cases.except(world.officer, id, "KX-14");
        approve(id);
        assertThat(codes(explain(id, "email"))).containsExactly(Code.EXCEPTION_NEEDED);
        world.cases.except(world.officer, id, "KX-1");
        approve(id);
        assertThat(explain(id, "email")).isInstanceOf(Permitted.class);
        assertThat(world.audit.leaves(Leaf.Act.EXCEPTION_RECORDED))
                .extracting(Leaf::promises)
                .containsExactly(List.of("KX-14"), List.of("KX-1"));
    }

    @Test
    void anExceptionReopensTheCaseSoThatTwoPeopleApproveWhatIsReleased() {
        UUID id = approved("name", "email").id();
        LegalCase excepted = world.cases.except(world.officer, id, "KX-1");
        assertThat(excepted.state()).isEqualTo(State.OPEN);
        assertThat(excepted.approvals()).isEmpty();
        assertThat(excepted.exceptions()).containsExactly("KX-1");
        assertThat(world.cases.find(world.officer, id)).isEqualTo(excepted);
        assertThat(codes(explain(id, "name", "email"))).containsExactly(Code.CASE_NOT_VALID);

        world.cases.approve(world.officer, id);
        refused(Kind.CONFLICT, () -> world.cases.approve(world.officer, id));
        assertThat(codes(explain(id, "email"))).containsExactly(Code.CASE_NOT_VALID);

        LegalCase approved = world.cases.approve(world.otherOfficer, id);
        assertThat(explain(id, "email")).isInstanceOf(Permitted.class);
        assertThat(world.cases.except(world.officer, id, "KX-1")).isEqualTo(approved);
    }

    @Test
    void whatAnExceptionReleasesSaysSoAndIsCarried() {
        UUID id = open(Set.of(world.anna), "name", "email").id();
        world.cases.except(world.officer, id, "KX-1");
        approve(id);
        assertThat(((Permitted) explain(id, "name")).obligations()).isEmpty();
        Permitted permitted = (Permitted) explain(id, "name", "email");
        assertThat(permitted.fields()).containsExactlyInAnyOrder("name", "email");
        assertThat(permitted.obligations()).containsExactly(new Obligation("exception", Map.of("promise", "KX-1")));

        Outcome.Queued queued = (Outcome.Queued) world.sharing.share(world.operator, request(id, "name", "email"));
        assertThat(queued.decision()).isEqualTo(permitted);
        assertThat(queued.disclosure().basis()).isEqualTo("case:law");
        Delivery delivery = world.claimOne("court");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("name", "email");
        assertThat(world.outbox.release(delivery)).isTrue();
    }

    @Test
    void aCaseThatExpiredBeforeItWasApprovedAsksForANewOne() {
        UUID id = open(Set.of(world.anna), "name").id();
        world.clock.advance(Duration.ofDays(30));
        Denied denied = (Denied) explain(id, "name");
        assertThat(denied.reasons()).extracting(Reason::text).containsExactly("the legal case has expired");
        assertThat(denied.remedy()).startsWith("Open a new case");
    }

    @Test
    void noCaseOpensWhatThePolicyForbidsInCases() {
        UUID id = approved("name", "phone").id();
        Denied denied = (Denied) explain(id, "phone");
        assertThat(codes(denied)).containsExactly(Code.PROHIBITED);
        assertThat(denied.promises()).containsExactly("KX-2");
    }

    @Test
    void aCaseReachesNoFurtherThanItsScope() {
        UUID id = open(Set.of(SubjectId.random()), "email").id();
        world.cases.approve(world.officer, id);
        world.cases.approve(world.otherOfficer, id);
        assertThat(codes(explain(id, "name"))).containsExactly(Code.OUTSIDE_CASE, Code.OUTSIDE_CASE);

        UUID other = approved("name").id();
        Request elsewhere =
                new Request(world.anna, "mailhaus", "newsletter", List.of("name"), Optional.of(other), Map.of());
        assertThat(world.sharing.explain(world.operator, elsewhere)).isInstanceOf(Denied.class);
    }

    @Test
    void aCaseEndsByTimeAndByClosing() {
        UUID closed = approved("name").id();
        world.cases.close(world.officer, closed);
        assertThat(codes(explain(closed, "name"))).containsExactly(Code.CASE_NOT_VALID);
        refused(Kind.CONFLICT, () -> world.cases.approve(world.officer, closed));
        assertThat(world.cases.close(world.officer, closed).state()).isEqualTo(State.CLOSED);
        assertThat(world.audit.leaves(Leaf.Act.CASE_CLOSED)).hasSize(1);

        UUID expired = approved("name").id();
        world.clock.advance(Duration.ofDays(30));
        assertThat(codes(explain(expired, "name"))).containsExactly(Code.CASE_NOT_VALID);
        refused(Kind.CONFLICT, () -> world.cases.except(world.officer, expired, "KX-1"));
    }

    @Test
    void aCaseNeedsAPartnerWithAnAgreement() {
        UUID id = approved("name").id();
        world.partners.suspend(world.integrator, "court", true);
        assertThat(codes(explain(id, "name"))).containsExactly(Code.PARTNER_SUSPENDED);
        world.partners.suspend(world.integrator, "court", false);
        world.put(World.partner("court", "court", Set.of("email"), Set.of("legal-order")));
        assertThat(codes(explain(id, "name"))).containsExactly(Code.NOT_AGREED);
    }

    @Test
    void aCaseThatDoesNotExistDenies() {
        Denied denied = (Denied) explain(UUID.randomUUID(), "name");
        assertThat(codes(denied)).containsExactly(Code.CASE_NOT_VALID);
        assertThat(denied.promises()).isNotEmpty();
    }

    @Test
    void withoutACaseTheSameRequestIsAnOrdinaryOne() {
        approved("name");
        assertThat(world.sharing.explain(world.operator, world.request("court", "legal-order", "name")))
                .isInstanceOf(Denied.class);
    }

    @Test
    void refusesACaseThatMeansNothing() {
        Instant later = world.clock.instant().plusSeconds(60);
        Set<SubjectId> anna = Set.of(world.anna);
        Set<String> name = Set.of("name");
        refused(
                Kind.INVALID,
                () -> world.cases.open(world.officer, Ground.LAW, "Anna Example", "court", anna, name, later));
        refused(Kind.INVALID, () -> world.cases.open(world.officer, Ground.LAW, "1", "nobody", anna, name, later));
        refused(Kind.INVALID, () -> world.cases.open(world.officer, Ground.LAW, "1", "court", Set.of(), name, later));
        refused(Kind.INVALID, () -> world.cases.open(world.officer, Ground.LAW, "1", "court", anna, Set.of(), later));
        refused(
                Kind.INVALID,
                () -> world.cases.open(world.officer, Ground.LAW, "1", "court", anna, name, world.clock.instant()));
        assertThat(world.cases.list(world.officer)).isEmpty();
    }

    @Test
    void aWithdrawalDoesNotStopWhatACaseAllowsButClosingItDoes() {
        UUID id = approved("name").id();
        Outcome.Queued queued = (Outcome.Queued) world.sharing.share(world.operator, request(id, "name"));
        assertThat(queued.disclosure().basis()).isEqualTo("case:law");
        assertThat(queued.disclosure().legalCase()).contains(id);
        assertThat(world.consents
                        .withdraw(World.KORAX, world.anna, FakeConsents.everything())
                        .cancelled())
                .isZero();
        Delivery delivery = world.claimOne("court");
        assertThat(world.outbox.load(delivery)).contains(Map.of("name", List.of("Anna Example")));
        assertThat(world.outbox.release(delivery)).isTrue();
        world.cases.close(world.officer, id);
        assertThat(world.outbox.release(delivery)).isFalse();
    }
}
