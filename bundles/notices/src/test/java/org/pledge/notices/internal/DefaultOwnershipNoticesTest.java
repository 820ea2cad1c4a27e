package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipNotices.Sent;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.Outbox;
import org.pledge.store.memory.MemoryOwnershipStore;

class DefaultOwnershipNoticesTest {
    private static final String TENANT = "anyip";
    private static final Caller OLGA = World.operator(TENANT);
    private static final Caller OFFICER = new Caller(OLGA.tenant(), "pjotr", Set.of(Role.OFFICER));

    private final Instant now = Instant.now();
    private final LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    private final World world = new World();
    private final MemoryOwnershipStore store = new MemoryOwnershipStore(world.store);
    private final OwnershipNotices notices = after(Duration.ZERO);
    private final Instant tomorrow = now.truncatedTo(ChronoUnit.MICROS).plus(OwnershipNotices.PAUSE);
    private final UUID id = UUID.randomUUID();

    @BeforeEach
    void useTheTemplateAsItIsShipped() throws IOException {
        world.template(
                TENANT,
                "ownership-notice",
                Files.readString(Path.of("..", "..", "etc", "templates", TENANT, "ownership-notice.template")));
        put(State.OPEN, Set.of("oscar", "pjotr"), today);
    }

    private OwnershipNotices after(Duration time) {
        return new DefaultOwnershipNotices(
                store,
                world.store,
                world.policies,
                world.messages,
                world.audit,
                world.store,
                Clock.fixed(now.plus(time), ZoneOffset.UTC));
    }

    private void put(State state, Set<String> approvals, LocalDate notice) {
        Transfer transfer = new Transfer(
                id,
                new TenantId(TENANT),
                new Scope("new-owner", Set.of("name", "email"), Optional.empty(), notice, notice.plusDays(30)),
                world.policy(TENANT).version(),
                now,
                state,
                approvals,
                Optional.empty(),
                Optional.empty());
        world.store.required(() -> store.putTransfer(transfer));
    }

    private SubjectId member(int number) {
        return world.register(
                TENANT,
                "free",
                "US",
                Map.of("name", List.of("Ada " + number), "email", List.of("ada" + number + "@mail.example")));
    }

    private SubjectId withoutAddress() {
        SubjectId person = member(9);
        world.store.required(() -> world.store.removeField(OLGA.tenant(), person, "email"));
        return person;
    }

    private void giveAddress(SubjectId person) {
        world.subjects.update(
                OLGA,
                person,
                Map.of("email", List.of("ada9@mail.example")),
                world.subjects.accountOf(OLGA, person).version());
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void everybodyIsToldOnceByMessage() {
        SubjectId first = member(1);
        SubjectId second = member(2);

        assertThat(notices.send(OLGA, id, 1)).isEqualTo(new Sent(1, 0, true));
        assertThat(notices.send(OLGA, id, 10)).isEqualTo(new Sent(1, 0, false));
        assertThat(notices.send(OLGA, id, 10)).isEqualTo(new Sent(0, 0, false));

        for (SubjectId person : List.of(first, second)) {
            assertThat(world.disclosures(TENANT, person))
                    .singleElement()
                    .satisfies(message -> assertThat(message.basis()).isEqualTo(DutyMail.BASIS));
        }
        assertThat(notices.reach(OLGA, id).told()).isEqualTo(2);
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.promises())
                .containsExactly("AI-38"));
    }

    @Test
    void theMessageSaysWhoGetsWhatAndUntilWhenOneCanObject() {
        member(1);
        notices.send(OLGA, id, 10);

        String message = world.outbox.claim(OLGA.tenant(), "postbox", 10).stream()
                .findFirst()
                .flatMap(world.outbox::load)
                .orElseThrow()
                .get("message")
                .get(0);
        assertThat(message)
                .contains("new-owner", "email, name", today.plusDays(30).toString(), id.toString());
    }

    @Test
    void whoCannotBeWrittenToIsCountedAndToldByHand() {
        SubjectId silent = withoutAddress();

        assertThat(notices.send(OLGA, id, 10)).isEqualTo(new Sent(0, 1, false));
        assertThat(notices.reach(OLGA, id)).isEqualTo(new Reach(1, 0, 1, Optional.empty(), Optional.of(tomorrow)));
        assertThat(notices.unreached(OLGA, id, Optional.empty(), 10).items())
                .extracting(Notice::subject)
                .containsExactly(silent);

        Notice byHand = notices.toldByHand(OLGA, id, silent, today);
        assertThat(byHand.telling()).isEqualTo(Telling.BY_HAND);
        assertThat(notices.toldByHand(OLGA, id, silent, today)).isEqualTo(byHand);
        assertThat(notices.reach(OLGA, id).told()).isOne();
        assertThat(notices.unreached(OLGA, id, Optional.empty(), 10).items()).isEmpty();
    }

    @Test
    void whoCouldNotBeWrittenToIsTriedAgainADayLater() {
        SubjectId silent = withoutAddress();
        notices.send(OLGA, id, 10);
        giveAddress(silent);

        assertThat(after(OwnershipNotices.PAUSE.minusSeconds(1)).send(OLGA, id, 10))
                .isEqualTo(new Sent(0, 0, false));
        OwnershipNotices later = after(OwnershipNotices.PAUSE);
        assertThat(later.send(OLGA, id, 10)).isEqualTo(new Sent(1, 0, false));
        assertThat(later.reach(OLGA, id)).isEqualTo(new Reach(1, 1, 0, Optional.of(tomorrow), Optional.empty()));
        assertThat(world.disclosures(TENANT, silent)).hasSize(1);
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.subject())
                .contains(silent));
    }

    @Test
    void whoIsTriedInVainAgainIsOnTheRecordAsACount() {
        withoutAddress();
        withoutAddress();
        notices.send(OLGA, id, 10);
        OwnershipNotices later = after(OwnershipNotices.PAUSE);

        assertThat(later.send(OLGA, id, 1)).isEqualTo(new Sent(0, 1, true));
        assertThat(later.reach(OLGA, id).nextTry()).contains(tomorrow);
        assertThat(later.send(OLGA, id, 10)).isEqualTo(new Sent(0, 1, false));
        assertThat(later.reach(OLGA, id).nextTry()).contains(tomorrow.plus(OwnershipNotices.PAUSE));
        assertThat(later.send(OLGA, id, 10)).isEqualTo(new Sent(0, 0, false));
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD)).hasSize(4);
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD).subList(2, 4)).allSatisfy(leaf -> {
            assertThat(leaf.subject()).isEmpty();
            assertThat(leaf.details()).containsEntry("triedAgain", "1");
        });
    }

    @Test
    void whomTheMessageDidNotReachIsTriedAgain() {
        SubjectId person = member(1);
        notices.send(OLGA, id, 10);
        Outbox.Delivery delivery =
                world.outbox.claim(OLGA.tenant(), "postbox", 10).get(0);
        world.outbox.load(delivery);
        world.outbox.complete(delivery, Outbox.Result.REFUSED, 550);

        assertThat(notices.send(OLGA, id, 10)).isEqualTo(new Sent(0, 0, false));
        assertThat(notices.reach(OLGA, id)).isEqualTo(new Reach(1, 0, 1, Optional.empty(), Optional.of(tomorrow)));
        assertThat(after(OwnershipNotices.PAUSE).send(OLGA, id, 10)).isEqualTo(new Sent(1, 0, false));
        assertThat(world.disclosures(TENANT, person)).hasSize(2);
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD)).hasSize(3);
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD).get(1).details()).containsEntry("undelivered", "1");
    }

    @Test
    void nobodyIsTriedAgainOnceNobodyCanObjectAnyMore() {
        member(1);
        SubjectId silent = withoutAddress();
        notices.send(OLGA, id, 10);
        giveAddress(silent);
        assertThat(after(Duration.ofDays(30)).reach(OLGA, id).nextTry()).contains(tomorrow);

        OwnershipNotices over = after(Duration.ofDays(31));
        assertThat(over.reach(OLGA, id).nextTry()).isEmpty();
        assertThat(over.send(OLGA, id, 10)).isEqualTo(new Sent(0, 0, false));
        assertThat(after(Duration.ofDays(30)).send(OLGA, id, 10)).isEqualTo(new Sent(1, 0, false));
        assertThat(over.reach(OLGA, id).last()).contains(tomorrow.plus(Duration.ofDays(29)));
    }

    @Test
    void aDayThatCannotBeIsRefused() {
        SubjectId person = member(1);

        refused(Kind.INVALID, () -> notices.toldByHand(OLGA, id, person, today.plusDays(1)));
        refused(Kind.INVALID, () -> notices.toldByHand(OLGA, id, person, today.minusDays(1)));
        refused(Kind.NOT_FOUND, () -> notices.toldByHand(OLGA, id, SubjectId.random(), today));
    }

    @Test
    void nobodyIsToldTooEarlyOrTooLate() {
        member(1);
        put(State.OPEN, Set.of("oscar"), today);
        refused(Kind.CONFLICT, () -> notices.send(OLGA, id, 10));
        put(State.OPEN, Set.of("oscar", "pjotr"), today.plusDays(1));
        refused(Kind.CONFLICT, () -> notices.send(OLGA, id, 10));
        put(State.RUNNING, Set.of("oscar", "pjotr"), today);
        refused(Kind.CONFLICT, () -> notices.send(OLGA, id, 10));
        put(State.CANCELLED, Set.of("oscar", "pjotr"), today);
        refused(Kind.CONFLICT, () -> notices.send(OLGA, id, 10));

        refused(Kind.NOT_FOUND, () -> notices.send(OLGA, UUID.randomUUID(), 10));
        assertThat(world.audit.of(Act.OWNERSHIP_TOLD)).isEmpty();
    }

    @Test
    void nobodyCountsAsUnreachedWhileNoMessageCanLeave() {
        member(1);
        world.partners.clear();

        assertThatThrownBy(() -> notices.send(OLGA, id, 10)).isInstanceOf(PledgeException.class);
        assertThat(notices.reach(OLGA, id)).isEqualTo(new Reach(1, 0, 0, Optional.empty(), Optional.empty()));
    }

    @Test
    void operatorsTell() {
        refused(Kind.DENIED, () -> notices.send(OFFICER, id, 10));
        refused(Kind.DENIED, () -> notices.toldByHand(OFFICER, id, SubjectId.random(), today));
        assertThat(notices.reach(OFFICER, id).people()).isZero();
    }
}
