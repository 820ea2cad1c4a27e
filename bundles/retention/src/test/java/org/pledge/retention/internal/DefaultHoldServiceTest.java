package org.pledge.retention.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy.Ground;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.spi.SubjectStore.Removal;

class DefaultHoldServiceTest {
    private final World world = new World();
    private final DefaultHoldService holds = world.holds();
    private final SubjectId person = SubjectId.random();

    private Hold place(String category, Optional<SubjectId> subject, String reference, Duration length) {
        return holds.place(World.OLGA, category, subject, Ground.LAW, reference, world.now.plus(length));
    }

    private Hold place(Duration length) {
        return place("traffic-log", Optional.of(person), "2026/1187", length);
    }

    private Set<UUID> inForce(SubjectId subject) {
        return holds.inForce(World.TENANT, subject).stream().map(Hold::id).collect(Collectors.toSet());
    }

    @Test
    void worksAtOnceAndLapsesWhenNobodyElseWantsIt() {
        Hold hold = place(Duration.ofDays(90));
        Instant lapses = world.now.plus(HoldService.PROVISIONAL);
        assertThat(hold.ends()).isEqualTo(lapses);
        world.now = lapses.minusNanos(1000);
        assertThat(inForce(person)).containsExactly(hold.id());
        world.now = lapses;
        assertThat(inForce(person)).isEmpty();
        assertConflict(() -> holds.approve(World.PJOTR, hold.id()));
    }

    @Test
    void onePersonAloneDoesNotProlongWhatTheyHold() {
        place(Duration.ofDays(90));
        world.now = world.now.plus(Duration.ofHours(1));
        assertConflict(() -> place("traffic-log", Optional.of(person), "another/case", Duration.ofDays(90)));
        world.now = world.now.plus(HoldService.PROVISIONAL);
        assertConflict(() -> place(Duration.ofDays(90)));
        assertConflict(() -> place("traffic-log", Optional.empty(), "A/2", Duration.ofDays(90)));
        place("traffic-log", Optional.of(SubjectId.random()), "A/2", Duration.ofDays(90));

        Hold another = holds.place(
                World.PJOTR,
                "traffic-log",
                Optional.of(person),
                Ground.LAW,
                "2026/1187",
                world.now.plus(Duration.ofDays(90)));
        holds.approve(World.OLGA, another.id());
        assertThat(inForce(person)).containsExactly(another.id());
    }

    @Test
    void saysOfARemovalWhatMustStayUntilWhenAndWhy() {
        Hold hold = place(Duration.ofDays(90));
        assertThat(holds.kept(World.TENANT, person))
                .containsExactly(new RemovalCheck.Kept("traffic-log", hold.ends(), "LAW", List.of("AN-4")));
        assertThat(holds.kept(World.TENANT, SubjectId.random())).isEmpty();
        world.now = hold.ends();
        assertThat(holds.kept(World.TENANT, person)).isEmpty();
    }

    @Test
    void aRemovalKeepsTheHoldsAsTheyAreUntilItEnds() {
        List<String> calls = new ArrayList<>();
        RetentionStore watched = (RetentionStore) Proxy.newProxyInstance(
                RetentionStore.class.getClassLoader(), new Class<?>[] {RetentionStore.class}, (self, method, args) -> {
                    calls.add(method.getName());
                    return method.invoke(world.retention, args);
                });
        world.store.required(() -> world.holds(watched).kept(World.TENANT, person));
        assertThat(calls).containsExactly("shareRetention", "holds");
    }

    @Test
    void saysWhatWasGoneAlreadyInsteadOfHoldingIt() {
        Instant removed = world.now;
        world.store.required(() -> world.store.addRemoval(
                new Removal(World.TENANT, person, removed, 4, Set.of("name"), Set.of("traffic-log"))));
        place(Duration.ofDays(1));
        world.now = removed.plusSeconds(60);
        world.store.required(() -> world.store.addRemoval(
                new Removal(World.TENANT, person, world.now, 4, Set.of("traffic-log"), Set.of())));
        assertThatThrownBy(() -> holds.place(
                        World.PJOTR,
                        "traffic-log",
                        Optional.of(person),
                        Ground.LAW,
                        "A/2",
                        world.now.plus(Duration.ofDays(1))))
                .isInstanceOfSatisfying(PledgeException.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.CONFLICT);
                    assertThat(refusal.getMessage()).contains("removed at " + world.now, "traffic-log");
                });
        assertThat(holds.list(World.OLGA)).hasSize(1);
    }

    @Test
    void aSecondPersonMakesItLastUntilItsEnd() {
        Hold hold = holds.approve(World.PJOTR, place(Duration.ofDays(90)).id());
        world.now = hold.expires().minusNanos(1000);
        assertThat(inForce(person)).containsExactly(hold.id());
        world.now = hold.expires();
        assertThat(inForce(person)).isEmpty();
    }

    @Test
    void onePersonIsNotTwo() {
        Hold hold = place(Duration.ofDays(90));
        Caller otherKey = new Caller(World.TENANT, "olga-laptop", "Olga", Set.of(Role.OFFICER));
        assertConflict(() -> holds.approve(otherKey, hold.id()));
        holds.release(World.OLGA, hold.id());
        assertConflict(() -> holds.release(otherKey, hold.id()));
        assertThat(inForce(person)).containsExactly(hold.id());
    }

    @Test
    void twoReleaseIt() {
        Hold hold = place(Duration.ofDays(90));
        assertThat(holds.release(World.PJOTR, hold.id()).released()).isEmpty();
        assertThat(inForce(person)).containsExactly(hold.id());
        assertThat(holds.release(World.OLGA, hold.id()).released()).contains(world.now);
        assertThat(inForce(person)).isEmpty();
        assertConflict(() -> holds.release(World.PJOTR, hold.id()));
        assertThat(holds.list(World.OLGA)).singleElement().satisfies(one -> {
            assertThat(one.releases()).containsExactlyInAnyOrder("olga", "pjotr");
        });
    }

    @Test
    void keepsThePersonsDataAndThatOfEverybodyWhereItSaysSo() {
        Hold theirs = place(Duration.ofDays(1));
        Hold all = place("traffic-log", Optional.empty(), "A/2", Duration.ofDays(1));
        assertThat(inForce(person)).containsExactlyInAnyOrder(theirs.id(), all.id());
        assertThat(inForce(SubjectId.random())).containsExactly(all.id());
    }

    @Test
    void isOnTheRecordWithThePromiseItPauses() {
        Hold hold = place(Duration.ofDays(90));
        holds.approve(World.PJOTR, hold.id());
        holds.release(World.OLGA, hold.id());
        holds.release(World.PJOTR, hold.id());
        assertThat(world.leaves.stream().map(Leaf::act))
                .containsExactly(
                        Leaf.Act.HOLD_PLACED,
                        Leaf.Act.HOLD_APPROVED,
                        Leaf.Act.HOLD_RELEASE_REQUESTED,
                        Leaf.Act.HOLD_RELEASED);
        assertThat(world.leaves).allSatisfy(leaf -> {
            assertThat(leaf.promises()).containsExactly("AN-4");
            assertThat(leaf.subject()).contains(person);
            assertThat(leaf.details())
                    .containsAllEntriesOf(
                            Map.of("hold", hold.id().toString(), "category", "traffic-log", "ground", "LAW"));
        });
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertInvalid(() -> place("shoe-size", Optional.empty(), "A/2", Duration.ofDays(1)), "category");
        assertInvalid(() -> place("traffic-log", Optional.empty(), "John Smith", Duration.ofDays(1)), "reference");
        assertInvalid(() -> place(Duration.ZERO), "end");
        assertInvalid(() -> place(HoldService.LONGEST.plusSeconds(1)), "end");
        Caller nobody = new Caller(World.TENANT, "k", "no staff id", Set.of(Role.OFFICER));
        assertInvalid(() -> holds.approve(nobody, UUID.randomUUID()), "holder");
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void onlyAnOfficerHoldsAndAnAuditorLooks() {
        UUID id = place(Duration.ofDays(1)).id();
        assertThatThrownBy(() -> holds.release(World.OPERATOR, id)).hasMessageContaining("OFFICER");
        assertThatThrownBy(() -> holds.approve(World.OPERATOR, id)).hasMessageContaining("OFFICER");
        assertThatThrownBy(() -> holds.list(World.OPERATOR)).hasMessageContaining("AUDITOR");
        assertThatThrownBy(() -> holds.place(
                        World.OPERATOR, "traffic-log", Optional.empty(), Ground.LAW, "A/2", world.now.plusSeconds(9)))
                .hasMessageContaining("OFFICER");
    }

    private static void assertConflict(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(PledgeException.Kind.CONFLICT));
    }

    private static void assertInvalid(Runnable call, String about) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID))
                .hasMessageContaining(about);
    }
}
