package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Counts;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Progress;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.memory.MemoryOwnershipStore;

class OwnershipTest {
    private static final String DIGEST = "00".repeat(32);
    private static final int ANNOUNCING = 2;

    private final World world = new World();
    private final MemoryOwnershipStore told = new MemoryOwnershipStore(world.store);
    private final OwnershipService ownership = new DefaultOwnershipService(
            world.store, told, world.store, world.policies, world.table, world.sharing, world.audit, world.clock);
    private final SubjectId bert = SubjectId.random();
    private final SubjectId cleo = SubjectId.random();
    private final Caller viewer = world.caller("vera", Role.VIEWER);

    @BeforeEach
    void announce() {
        world.policies.add(policy(ANNOUNCING).announcingOwnershipTransfer());
        bind(DIGEST);
        for (SubjectId person : List.of(bert, cleo)) {
            world.register(person);
            world.consents.accept(KORAX, person, ANNOUNCING, "CA");
        }
        world.consents.accept(KORAX, world.anna, ANNOUNCING, "CA");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static FakePolicy policy(int version) {
        return new FakePolicy(
                        KORAX,
                        version,
                        Set.of("name", "email", "phone"),
                        Set.of(),
                        Set.of(OwnershipService.PURPOSE),
                        Set.of("successor"))
                .rule("successor", OwnershipService.PURPOSE, "name", Need.NOTHING, "KX-38")
                .promise("KX-38", OwnershipService.CONTROL, Map.of("notice", "P14D"));
    }

    private void bind(String statement) {
        world.put(World.attesting(
                World.partner("new-owner", "successor", Set.of("name", "email"), Set.of(OwnershipService.PURPOSE)),
                statement,
                today().plusDays(60)));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(world.clock.instant(), ZoneOffset.UTC);
    }

    private Scope scope() {
        return new Scope("new-owner", Set.of("name"), Optional.empty(), today(), today().plusDays(14));
    }

    private Transfer approved() {
        Transfer opened = ownership.open(world.officer, scope());
        ownership.approve(world.officer, opened.id());
        return ownership.approve(world.otherOfficer, opened.id());
    }

    private void tell(Transfer transfer, SubjectId... people) {
        world.store.required(() -> List.of(people)
                .forEach(person ->
                        told.tell(KORAX, transfer.id(), new Notice(person, Telling.QUEUED, world.clock.instant()))));
    }

    private Transfer ready() {
        Transfer transfer = approved();
        tell(transfer, world.anna, bert, cleo);
        world.clock.advance(Duration.ofDays(15));
        return transfer;
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private long leaves(Leaf.Act act) {
        return world.audit.leaves().stream().filter(leaf -> leaf.act() == act).count();
    }

    @Test
    void aPolicyThatNeverAnnouncedItRefusesAtOpeningAndAtRunning() {
        Transfer transfer = ready();
        world.policies.add(policy(ANNOUNCING + 1));

        assertThatThrownBy(() -> ownership.open(world.officer, scope()))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.DENIED);
                    assertThat(e.promises()).containsExactly("KX-38");
                });
        refused(Kind.DENIED, () -> ownership.run(world.operator, transfer.id(), 10));
        assertThat(leaves(Leaf.Act.REFUSED)).isEqualTo(2);
        assertThat(leaves(Leaf.Act.DISCLOSURE_INTENDED)).isZero();
    }

    @Test
    void silenceIsNamedByThePromiseBehindIt() {
        world.policies.add(World.policy(ANNOUNCING + 1));

        assertThatThrownBy(() -> ownership.open(world.officer, scope()))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.promises()).containsExactly("KX-9"));
    }

    @Test
    void peopleHaveAtLeastTheAnnouncedTimeToObject() {
        refused(
                Kind.INVALID,
                () -> ownership.open(
                        world.officer,
                        new Scope("new-owner", Set.of("name"), Optional.empty(), today(), today().plusDays(13))));
        refused(
                Kind.INVALID,
                () -> ownership.open(
                        world.officer,
                        new Scope(
                                "new-owner",
                                Set.of("name"),
                                Optional.empty(),
                                today().minusDays(1),
                                today().plusDays(30))));
    }

    @Test
    void theSuccessorIsBoundByTheVeryPack() {
        bind("11".repeat(32));

        assertThatThrownBy(() -> ownership.open(world.officer, scope()))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
                    assertThat(e.remedy()).contains(DIGEST);
                });
    }

    @Test
    void whoIsNoLongerBoundGetsNothing() {
        Transfer transfer = ready();
        bind("11".repeat(32));

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, transfer.id(), 10));
        assertThat(leaves(Leaf.Act.DISCLOSURE_INTENDED)).isZero();
    }

    @Test
    void twoOfficersApprove() {
        Transfer opened = ownership.open(world.officer, scope());
        ownership.approve(world.officer, opened.id());
        refused(Kind.CONFLICT, () -> ownership.approve(world.officer, opened.id()));
        refused(
                Kind.CONFLICT,
                () -> ownership.approve(new Caller(KORAX, "another-key", "oscar", Set.of(Role.OFFICER)), opened.id()));
        world.clock.advance(Duration.ofDays(15));

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, opened.id(), 10));
        refused(Kind.DENIED, () -> ownership.approve(world.operator, opened.id()));
    }

    @Test
    void nothingGoesWhilePeopleCanObject() {
        Transfer transfer = approved();
        tell(transfer, world.anna, bert, cleo);
        world.clock.advance(Duration.ofDays(14));

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, transfer.id(), 10));
        world.clock.advance(Duration.ofDays(1));
        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(3, 0, 0, 0, false));
    }

    @Test
    void nothingGoesWhenNobodyWasTold() {
        Transfer transfer = approved();
        world.clock.advance(Duration.ofDays(15));

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, transfer.id(), 10));
        assertThat(leaves(Leaf.Act.DISCLOSURE_INTENDED)).isZero();
    }

    @Test
    void whoWasToldLaterHasTheWholeTimeToObject() {
        Transfer transfer = approved();
        tell(transfer, world.anna, bert);
        world.clock.advance(Duration.ofDays(10));
        tell(transfer, cleo);
        world.clock.advance(Duration.ofDays(14));

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, transfer.id(), 10));
        world.clock.advance(Duration.ofDays(1));
        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(3, 0, 0, 0, false));
    }

    @Test
    void whomNobodyToldIsLeftOut() {
        Transfer transfer = approved();
        tell(transfer, world.anna, bert);
        world.store.required(
                () -> told.tell(KORAX, transfer.id(), new Notice(cleo, Telling.UNREACHED, world.clock.instant())));
        world.clock.advance(Duration.ofDays(15));

        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(2, 0, 0, 1, false));
        assertThat(ownership.counts(world.operator, transfer.id())).isEqualTo(new Counts(0, 2, 0, 0, 1));
        assertThat(world.sharing
                        .accounting(world.operator, cleo, Optional.empty(), 10)
                        .items())
                .isEmpty();
    }

    @Test
    void whomTheMessageDidNotReachIsLeftOut() {
        Transfer transfer = approved();
        tell(transfer, world.anna, bert);
        UUID message = UUID.randomUUID();
        world.store.required(() -> {
            world.store.addDisclosure(new StoredDisclosure(
                    new Disclosure(
                            message,
                            KORAX,
                            cleo,
                            "mailhaus",
                            "account",
                            Set.of("email"),
                            "duty",
                            List.of(),
                            ANNOUNCING,
                            Optional.empty(),
                            SharingService.State.PARKED,
                            1,
                            OptionalInt.of(550),
                            world.clock.instant(),
                            world.clock.instant().plusSeconds(60),
                            Optional.empty()),
                    new byte[0],
                    world.clock.instant(),
                    Optional.empty()));
            told.tell(
                    KORAX,
                    transfer.id(),
                    new Notice(cleo, Telling.QUEUED, world.clock.instant(), Optional.of(message)));
        });
        world.clock.advance(Duration.ofDays(15));

        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(2, 0, 0, 1, false));
        assertThat(leaves(Leaf.Act.OWNERSHIP_TOLD)).isOne();
    }

    @Test
    void objectorsAreLeftOutAndEverybodyElseHasAReceipt() {
        Transfer transfer = ready();
        Objection first = ownership.object(world.operator, transfer.id(), bert);
        assertThat(ownership.object(world.operator, transfer.id(), bert)).isEqualTo(first);

        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(2, 0, 1, 0, false));

        assertThat(leaves(Leaf.Act.OWNERSHIP_OBJECTED)).isOne();
        assertThat(ownership.counts(world.operator, transfer.id())).isEqualTo(new Counts(1, 2, 0, 1, 0));
        assertThat(ownership
                        .objections(world.operator, transfer.id(), Optional.empty(), 10)
                        .items())
                .containsExactly(first);
        assertThat(world.sharing
                        .accounting(world.operator, bert, Optional.empty(), 10)
                        .items())
                .isEmpty();
        assertThat(world.sharing
                        .accounting(world.operator, cleo, Optional.empty(), 10)
                        .items())
                .singleElement()
                .satisfies(receipt -> {
                    assertThat(receipt.purpose()).isEqualTo(OwnershipService.PURPOSE);
                    assertThat(receipt.promises()).containsExactly("KX-38");
                });
        assertThat(ownership.transfer(world.operator, transfer.id()).state()).isEqualTo(State.DONE);
        refused(Kind.CONFLICT, () -> ownership.object(world.operator, transfer.id(), cleo));
    }

    @Test
    void goesOnWhereItWasStoppedAndTakesNobodyTwice() {
        Transfer transfer = ready();

        assertThat(ownership.run(world.operator, transfer.id(), 2)).isEqualTo(new Progress(2, 0, 0, 0, true));
        assertThat(ownership.transfer(world.operator, transfer.id()).state()).isEqualTo(State.RUNNING);
        assertThat(ownership.run(world.operator, transfer.id(), 2)).isEqualTo(new Progress(1, 0, 0, 0, false));
        assertThat(leaves(Leaf.Act.DISCLOSURE_INTENDED)).isEqualTo(3);
    }

    @Test
    void theGateDecidesByTheVersionThatEachAccepted() {
        SubjectId dora = SubjectId.random();
        world.register(dora);
        Transfer transfer = ready();
        tell(transfer, dora);
        world.clock.advance(Duration.ofDays(15));

        assertThat(ownership.run(world.operator, transfer.id(), 10)).isEqualTo(new Progress(3, 1, 0, 0, false));
    }

    @Test
    void aCancelledTransferGoesNoFurther() {
        Transfer transfer = ready();
        assertThat(ownership.cancel(world.officer, transfer.id()).state()).isEqualTo(State.CANCELLED);

        refused(Kind.CONFLICT, () -> ownership.run(world.operator, transfer.id(), 10));
        refused(Kind.DENIED, () -> ownership.transfers(viewer));
    }

    @Test
    void nobodyDisclosesForThisPurposeOtherwise() {
        Request request = new Request(
                world.anna, "new-owner", OwnershipService.PURPOSE, List.of("name"), Optional.empty(), Map.of());

        refused(Kind.DENIED, () -> world.sharing.share(world.operator, request));
        assertThat(world.sharing.shareAll(world.operator, List.of(request)).answers())
                .allSatisfy(answer ->
                        assertThat(answer).isInstanceOf(org.pledge.sharing.SharingService.Answer.NotDone.class));
    }
}
