package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.SetArbitrary;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Denied;
import org.pledge.policy.Decision.Permitted;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.Outbox.Delivery;

class GateLawsTest {
    private static final List<String> FIELDS = List.of("a1", "b2", "c3", "d4", "e5", "f6");

    /** A state of the world in which one question is asked. */
    record Case(
            Map<String, Need> needs,
            Set<String> agreed,
            boolean purposeAgreed,
            boolean suspended,
            Map<String, Integer> levels,
            Set<String> asked,
            Set<String> withdrawn) {}

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<String> field = Arbitraries.of(FIELDS);
        SetArbitrary<String> some = field.set();
        Arbitrary<Need> need = Arbitraries.frequency(
                Tuple.of(5, Need.OPT_IN),
                Tuple.of(1, Need.IMPLIED),
                Tuple.of(1, Need.NOTHING),
                Tuple.of(1, Need.NEVER));
        Arbitrary<Integer> level =
                Arbitraries.frequency(Tuple.of(4, ConsentView.OPT_IN), Tuple.of(1, ConsentView.IMPLIED));
        return Combinators.combine(
                        Arbitraries.maps(field, need).ofMinSize(3),
                        some.ofMinSize(3),
                        Arbitraries.frequency(Tuple.of(9, true), Tuple.of(1, false)),
                        Arbitraries.frequency(Tuple.of(1, true), Tuple.of(9, false)),
                        Arbitraries.maps(field, level).ofMinSize(2),
                        some.ofMinSize(1),
                        some)
                .as(Case::new);
    }

    /** What should be permitted, worked out field by field. */
    private static Set<String> expected(Case state, Set<String> withdrawn) {
        Set<String> permitted = new TreeSet<>();
        for (String field : state.asked()) {
            Need need = state.needs().getOrDefault(field, Need.NEVER);
            int level = withdrawn.contains(field) ? 0 : state.levels().getOrDefault(field, 0);
            boolean enough =
                    switch (need) {
                        case NOTHING -> true;
                        case IMPLIED -> level >= ConsentView.IMPLIED;
                        case OPT_IN -> level == ConsentView.OPT_IN;
                        case NEVER -> false;
                    };
            if (enough && state.agreed().contains(field) && state.purposeAgreed() && !state.suspended()) {
                permitted.add(field);
            }
        }
        return permitted;
    }

    private static World world(Case state) {
        World world = new World();
        FakePolicy policy = new FakePolicy(
                KORAX, 2, new LinkedHashSet<>(FIELDS), Set.of(), Set.of("fun", "work"), Set.of("marketing-partner"));
        state.needs().forEach((field, need) -> policy.rule("marketing-partner", "fun", field, need, "KX-" + field));
        world.policies.add(policy);
        world.consents.accept(KORAX, world.anna, 2, "CA");
        Map<String, List<String>> values = new HashMap<>();
        FIELDS.forEach(field -> values.put(field, List.of("value of " + field)));
        world.subjects.hold(world.anna, values);
        world.put(World.partner(
                "funhaus", "marketing-partner", state.agreed(), Set.of(state.purposeAgreed() ? "fun" : "work")));
        world.partners.suspend(world.integrator, "funhaus", state.suspended());
        state.levels()
                .forEach((field, level) ->
                        world.consents.grant(KORAX, world.anna, "fun", "funhaus", Set.of(field), level));
        return world;
    }

    private static Decision decide(World world, Case state) {
        return world.gate
                .prepare(KORAX, "funhaus", "fun", new ArrayList<>(state.asked()))
                .decide(world.anna);
    }

    private static Set<String> fields(Decision decision) {
        return decision instanceof Permitted permitted ? permitted.fields() : Set.of();
    }

    @Property(tries = 300)
    void permitsExactlyTheFieldsThatPolicyAgreementAndPersonAllPermit(@ForAll("cases") Case state) {
        try (World world = world(state)) {
            Decision decision = decide(world, state);
            assertThat(fields(decision)).isEqualTo(expected(state, Set.of()));
            assertThat(state.asked()).containsAll(fields(decision));
            assertThat(state.agreed()).containsAll(fields(decision));
            assertThat(fields(decision))
                    .noneMatch(field -> state.needs().getOrDefault(field, Need.NEVER) == Need.NEVER);
        }
    }

    @Property(tries = 200)
    void alwaysNamesAPromiseAndAccountsForEveryField(@ForAll("cases") Case state) {
        try (World world = world(state)) {
            Decision decision = decide(world, state);
            assertThat(decision.promises()).isNotEmpty();
            List<Reason> reasons =
                    decision instanceof Denied denied ? denied.reasons() : ((Permitted) decision).withheld();
            boolean aboutAll =
                    reasons.stream().anyMatch(reason -> reason.field().isEmpty());
            for (String field : state.asked()) {
                boolean explained =
                        reasons.stream().anyMatch(reason -> reason.field().equals(field));
                assertThat(explained || aboutAll || fields(decision).contains(field))
                        .isTrue();
            }
        }
    }

    @Property(tries = 200)
    void withdrawingNeverPermitsMore(@ForAll("cases") Case state) {
        try (World world = world(state)) {
            Set<String> before = fields(decide(world, state));
            world.consents.withdraw(KORAX, world.anna, withdrawal(state));
            Set<String> after = fields(decide(world, state));
            assertThat(before).containsAll(after);
            Set<String> gone = state.withdrawn().isEmpty() ? new TreeSet<>(FIELDS) : state.withdrawn();
            assertThat(after).isEqualTo(expected(state, gone));
        }
    }

    @Property(tries = 300)
    void afterAWithdrawalNothingThatItCoversIsReleased(
            @ForAll("cases") Case state, @ForAll boolean claimedBefore, @ForAll boolean loadedAgain) {
        try (World world = world(state)) {
            String[] asked = state.asked().toArray(String[]::new);
            world.sharing.share(world.operator, world.request("funhaus", "fun", asked));
            Map<Delivery, Set<String>> loaded = new HashMap<>();
            if (claimedBefore) {
                world.outbox.claim(KORAX, "funhaus", 10).forEach(one -> loaded.put(one, load(world, one)));
            }
            world.consents.withdraw(KORAX, world.anna, withdrawal(state));
            Set<String> gone = state.withdrawn().isEmpty() ? new TreeSet<>(FIELDS) : state.withdrawn();
            Set<String> allowed = expected(state, gone);

            world.outbox.claim(KORAX, "funhaus", 10).forEach(one -> loaded.put(one, Set.of()));
            for (Delivery delivery : loaded.keySet()) {
                if (!claimedBefore || loadedAgain) {
                    loaded.put(delivery, load(world, delivery));
                    assertThat(allowed).containsAll(loaded.get(delivery));
                }
                if (world.outbox.release(delivery)) {
                    assertThat(loaded.get(delivery)).isNotEmpty();
                    assertThat(allowed).containsAll(loaded.get(delivery));
                }
            }
        }
    }

    private static Set<String> load(World world, Delivery delivery) {
        return world.outbox.load(delivery).map(Map::keySet).orElse(Set.of());
    }

    private static Withdrawal withdrawal(Case state) {
        return new Withdrawal(Optional.of("fun"), Optional.of("funhaus"), state.withdrawn(), "web");
    }

    @Property(tries = 100)
    void aStrangerIsAlwaysDenied(@ForAll("cases") Case state) {
        try (World world = world(state)) {
            assertThat(world.gate
                            .prepare(KORAX, "funhaus", "fun", new ArrayList<>(state.asked()))
                            .decide(SubjectId.random()))
                    .isInstanceOf(Denied.class);
        }
    }
}
