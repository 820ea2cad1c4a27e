package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;
import static org.pledge.rights.internal.World.START;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.BreachService.Notified;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

class DefaultBreachServiceTest {
    private final World world = new World();
    private final DefaultBreachService breaches = world.breaches;

    @BeforeEach
    void partner() {
        Partner.Agreement agreement = new Partner.Agreement(
                Set.of(), Set.of(), "DE", LocalDate.of(2026, 1, 1), LocalDate.of(2027, 1, 1), Optional.empty());
        world.store.required(() -> world.store.putPartner(
                new Partner(KORAX, "acme", "carrier", agreement, URI.create("https://acme.example"), false, 1)));
    }

    private static NewBreach what(String partner, String... categories) {
        return new NewBreach(partner, START.minusSeconds(7200), START, Set.of(categories), START.minusSeconds(3600));
    }

    private Breach reported() {
        return breaches.report(DESK, what("acme", "email"));
    }

    private SubjectId sent(Instant at, String... fields) {
        SubjectId person = world.person("DE", "email");
        Disclosure disclosure = new Disclosure(
                UUID.randomUUID(),
                KORAX,
                person,
                "acme",
                "delivery",
                Set.of(fields),
                "consent",
                List.of(),
                1,
                Optional.empty(),
                SharingService.State.DELIVERED,
                1,
                OptionalInt.empty(),
                at,
                at,
                Optional.of(at));
        world.store.required(
                () -> world.store.addDisclosure(new StoredDisclosure(disclosure, new byte[0], at, Optional.empty())));
        return person;
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(text);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    @Test
    void theAuthorityHasToKnowSeventyTwoHoursAfterTheDiscovery() {
        Breach breach = reported();
        assertThat(breach.state()).isEqualTo(State.REPORTED);
        assertThat(breach.notifyBy()).isEqualTo(START.minusSeconds(3600).plus(Duration.ofHours(72)));
        assertThat(breach.law()).isEqualTo("gdpr");
        assertThat(breaches.breach(OLGA, breach.id())).isEqualTo(breach);
        assertThat(world.leaves.get(0).details())
                .containsEntry("partner", "acme")
                .containsEntry("breach", breach.id().toString());
    }

    @Test
    void refusesWhatCannotHaveHappened() {
        refused(Kind.INVALID, "partner", () -> breaches.report(DESK, what("nobody", "email")));
        refused(Kind.INVALID, "categories", () -> breaches.report(DESK, what("acme")));
        refused(Kind.INVALID, "categories", () -> breaches.report(DESK, what("acme", "email", "shoe-size")));
        NewBreach future = new NewBreach("acme", START, START, Set.of("email"), START.plusSeconds(1));
        refused(Kind.INVALID, "times", () -> breaches.report(DESK, future));
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void eachStepFollowsAndIsRecordedWithItsReason() {
        UUID id = reported().id();
        refused(Kind.CONFLICT, "no CLOSED", () -> breaches.move(OLGA, id, State.CLOSED, Reason.REMEDIED));
        breaches.move(OLGA, id, State.INVESTIGATING, Reason.UNCLEAR);
        breaches.move(OLGA, id, State.INVESTIGATING, Reason.UNCLEAR);
        breaches.move(OLGA, id, State.NOTIFIED_AUTHORITY, Reason.RISK);
        assertThat(breaches.breaches(OLGA, false, 10)).hasSize(1);
        breaches.move(OLGA, id, State.CLOSED, Reason.REMEDIED);
        refused(Kind.CONFLICT, "no INVESTIGATING", () -> breaches.move(OLGA, id, State.INVESTIGATING, Reason.RISK));
        assertThat(breaches.breaches(OLGA, false, 10)).isEmpty();
        assertThat(breaches.breaches(OLGA, true, 10)).hasSize(1);
        assertThat(world.acts())
                .containsExactly(Act.BREACH_REPORTED, Act.BREACH_CHANGED, Act.BREACH_CHANGED, Act.BREACH_CHANGED);
        assertThat(world.leaves.get(2).details()).containsEntry("reason", "RISK");
    }

    @Test
    void isOverdueOnceAndOnlyUntilTheAuthorityKnows() {
        Breach open = reported();
        Breach notified = reported();
        breaches.move(OLGA, notified.id(), State.NOTIFIED_AUTHORITY, Reason.RISK);
        world.later(Duration.ofHours(71).minusNanos(1000));
        assertThat(breaches.escalate(DESK)).isEmpty();
        world.later(Duration.ofNanos(1000));
        assertThat(breaches.escalate(DESK)).extracting(Breach::id).containsExactly(open.id());
        assertThat(breaches.escalate(DESK)).isEmpty();
        assertThat(breaches.breach(DESK, open.id()).overdue()).isTrue();
        assertThat(world.acts()).filteredOn(Act.BREACH_OVERDUE::equals).hasSize(1);
    }

    @Test
    void theAffectedAreThoseOfWhomItLeftPageByPage() {
        SubjectId one = sent(START.minusSeconds(99), "email", "name");
        SubjectId other = sent(START.minusSeconds(9_999_999), "email");
        sent(START.minusSeconds(99), "name");
        sent(START, "email");
        UUID id = reported().id();
        assertThat(breaches.affectedCount(OLGA, id)).isEqualTo(2);
        Page<SubjectId> first = breaches.affected(OLGA, id, Optional.empty(), 1);
        Page<SubjectId> second = breaches.affected(OLGA, id, first.next(), 1);
        assertThat(List.of(first.items().get(0), second.items().get(0))).containsExactlyInAnyOrder(one, other);
        assertThat(second.next()).isEmpty();
    }

    @Test
    void tellsEverybodyOnceAndRecordsIt() {
        sent(START.minusSeconds(99), "email");
        sent(START.minusSeconds(98), "email");
        UUID id = reported().id();
        assertThat(breaches.tell(DESK, id, Optional.empty(), 10)).isEqualTo(new Notified(2, 0, Optional.empty()));
        assertThat(breaches.tell(DESK, id, Optional.empty(), 10)).isEqualTo(new Notified(0, 0, Optional.empty()));
        assertThat(world.calls.get("send")).hasSize(2);
        assertThat(world.leaves)
                .filteredOn(leaf -> leaf.act() == Act.BREACH_NOTICE)
                .hasSize(2);
    }

    @Test
    void whoCannotBeToldNowIsToldLater() {
        sent(START.minusSeconds(99), "email");
        UUID id = reported().id();
        world.refusal = Optional.of(new PledgeException(Kind.UNAVAILABLE, "sealed"));
        assertThatThrownBy(() -> breaches.tell(DESK, id, Optional.empty(), 10)).isInstanceOf(PledgeException.class);
        world.refusal = Optional.of(new PledgeException(Kind.CONFLICT, "no address"));
        assertThat(breaches.tell(DESK, id, Optional.empty(), 10)).isEqualTo(new Notified(0, 1, Optional.empty()));
        breaches.move(OLGA, id, State.DISMISSED, Reason.DUPLICATE);
        refused(Kind.CONFLICT, "dismissed", () -> breaches.tell(DESK, id, Optional.empty(), 10));
    }

    @Test
    void everyStepAsksForItsRoleAndTenant() {
        UUID id = reported().id();
        Caller viewer = new Caller(KORAX, "eve", Set.of(Role.VIEWER, Role.INTEGRATOR, Role.PARTNER));
        List<ThrowingCallable> calls = List.of(
                () -> breaches.report(viewer, what("acme", "email")),
                () -> breaches.breach(viewer, id),
                () -> breaches.breaches(viewer, true, 1),
                () -> breaches.affected(viewer, id, Optional.empty(), 1),
                () -> breaches.affectedCount(viewer, id),
                () -> breaches.move(DESK, id, State.DISMISSED, Reason.NO_RISK),
                () -> breaches.tell(OLGA, id, Optional.empty(), 1));
        calls.forEach(call -> refused(Kind.DENIED, "roles", call));
        Caller other = new Caller(new TenantId("anyip"), "desk", Set.of(Role.OPERATOR, Role.OFFICER));
        refused(Kind.NOT_FOUND, "no such breach", () -> breaches.breach(other, id));
        refused(Kind.NOT_FOUND, "no such breach", () -> breaches.affectedCount(other, id));
        refused(Kind.NOT_FOUND, "no such breach", () -> breaches.move(other, id, State.DISMISSED, Reason.NO_RISK));
    }
}
