package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.OLGA;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.policy.Policy;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Overriding;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** Objections to some purposes, and what overrides them. */
class ObjectionsTest {
    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId person = world.person("DE", "email");

    private Request open(String... purposes) {
        return rights.open(DESK, new NewRequest(person, Type.OBJECTION, "DE", "web", Set.of(purposes)));
    }

    private Request verified(String... purposes) {
        return rights.assertLogin(DESK, open(purposes).id());
    }

    private Request carriedOut(String... purposes) {
        return rights.fulfil(DESK, verified(purposes).id()).request();
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private List<Object> arguments(String method) {
        return world.calls.getOrDefault(method, List.of()).stream()
                .map(call -> call[2])
                .toList();
    }

    @Test
    void endsThePurposesThatItNamesAndNoOthers() {
        Fulfilment done = rights.fulfil(DESK, verified("payment", "analysis").id());

        assertThat(arguments("object")).containsExactly(Optional.of("analysis"), Optional.of("payment"));
        assertThat(done.goingOn()).containsExactly("payment");
        assertThat(rights.request(DESK, done.request().id()).purposes())
                .containsExactlyInAnyOrder("payment", "analysis");
    }

    @Test
    void isLiftedForWhatItNamed() {
        Request request = carriedOut("analysis");
        rights.lift(DESK, request.id());

        assertThat(arguments("liftObjection")).containsExactly(Optional.of("analysis"));
    }

    private Request optedOut() {
        Request request = rights.open(DESK, new NewRequest(person, Type.OPT_OUT, "DE", "web"));
        return rights.fulfil(DESK, request.id()).request();
    }

    private void promise(Policy.Status status, String by) {
        world.promises.clear();
        world.promises.add(new Policy.Promise(
                "KX-9", "section", "text", status, "objection", Map.of("ends", "own-offers, analysis", "by", by), ""));
    }

    @Test
    void isPartOfAnOptOutWhereThePolicySaysSo() {
        promise(Policy.Status.ENFORCED, "objection, opt-out");
        Request request = optedOut();

        assertThat(arguments("object")).containsExactly(Optional.of("analysis"), Optional.of("own-offers"));
        assertThat(world.count("withdraw")).isOne();
        rights.lift(DESK, request.id());
        assertThat(arguments("liftObjection")).containsExactly(Optional.of("analysis"), Optional.of("own-offers"));
    }

    @Test
    void isPartOfTheOptOutOfThePageBehindALink() {
        promise(Policy.Status.ENFORCED, "opt-out");
        world.values.put(person, Map.of("email", List.of("ada@mail.example")));
        String link = world.selfService.hand(DESK, person);
        String pass = world.selfService.open(World.KORAX, link.substring(link.lastIndexOf('/') + 1));

        assertThat(world.selfService.ask(World.KORAX, pass, Type.OPT_OUT).state())
                .isEqualTo(State.FULFILLED);
        assertThat(arguments("object")).containsExactly(Optional.of("analysis"), Optional.of("own-offers"));
    }

    @Test
    void isNoPartOfAnOptOutElsewhere() {
        for (Policy.Status status : List.of(Policy.Status.PLANNED, Policy.Status.ENFORCED)) {
            promise(status, status == Policy.Status.PLANNED ? "opt-out" : "objection");
            Request request = optedOut();

            assertThat(world.count("object")).isZero();
            refused(Kind.CONFLICT, () -> rights.lift(DESK, request.id()));
        }
        assertThat(world.count("withdraw")).isEqualTo(2);
    }

    @Test
    void namesPurposesOfThePolicyOnly() {
        refused(Kind.INVALID, () -> open("no-such-purpose"));
        refused(
                Kind.INVALID,
                () -> rights.open(DESK, new NewRequest(person, Type.ERASURE, "DE", "web", Set.of("analysis"))));
        assertThat(rights.ofSubject(DESK, person)).isEmpty();
    }

    @Test
    void isOverruledByWhatAnOfficerWeighed() {
        Request request = carriedOut("analysis");
        refused(Kind.DENIED, () -> rights.overrule(DESK, request.id(), "analysis", Overriding.COMPELLING_GROUNDS));

        rights.overrule(OLGA, request.id(), "analysis", Overriding.COMPELLING_GROUNDS);
        rights.overrule(OLGA, request.id(), "analysis", Overriding.COMPELLING_GROUNDS);

        assertThat(arguments("liftObjection")).containsExactly(Optional.of("analysis"));
        assertThat(world.leaves.stream().filter(leaf -> leaf.act() == Act.OBJECTION_OVERRULED))
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.actor()).isEqualTo("olga");
                    assertThat(leaf.details())
                            .containsEntry("purpose", "analysis")
                            .containsEntry("ground", "COMPELLING_GROUNDS");
                });
    }

    @Test
    void standsWhereThePersonObjectedAgainAfterwards() {
        Request request = carriedOut("analysis");
        rights.overrule(OLGA, request.id(), "analysis", Overriding.LEGAL_CLAIMS);
        world.later(Duration.ofDays(1));
        Request again = carriedOut("analysis");

        rights.overrule(OLGA, request.id(), "analysis", Overriding.LEGAL_CLAIMS);
        assertThat(world.count("liftObjection")).isOne();
        rights.overrule(OLGA, again.id(), "analysis", Overriding.LEGAL_CLAIMS);
        assertThat(world.count("liftObjection")).isEqualTo(2);
    }

    @Test
    void standsWhereItIsAboutPromotionOrConsent() {
        Request request = carriedOut("own-offers", "marketing", "payment");

        for (String purpose : List.of("own-offers", "marketing", "payment")) {
            refused(Kind.DENIED, () -> rights.overrule(OLGA, request.id(), purpose, Overriding.COMPELLING_GROUNDS));
        }
        assertThat(world.count("liftObjection")).isZero();
    }

    @Test
    void isOverruledOnlyForAPurposeThatItNamesAndAfterItWasCarriedOut() {
        Request everything = carriedOut();
        Request waiting = verified("analysis");
        Request other = carriedOut("payment");

        for (Request request : List.of(everything, waiting, other)) {
            refused(Kind.CONFLICT, () -> rights.overrule(OLGA, request.id(), "analysis", Overriding.LEGAL_CLAIMS));
        }
        assertThat(world.count("liftObjection")).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Ground.class,
            names = {"COMPELLING_GROUNDS", "LEGAL_CLAIMS", "LEGAL_OBLIGATION", "RIGHTS_OF_OTHERS"})
    void noInterestRefusesOneToPromotion(Ground ground) {
        Request promotion = verified("own-offers");
        Request everything = verified();
        Request analysis = verified("analysis");

        refused(Kind.DENIED, () -> rights.refuse(OLGA, promotion.id(), ground));
        refused(Kind.DENIED, () -> rights.refuse(OLGA, everything.id(), ground));
        assertThat(rights.refuse(OLGA, analysis.id(), ground).state()).isEqualTo(State.REFUSED);
        assertThat(rights.refuse(OLGA, promotion.id(), Ground.UNFOUNDED).state())
                .isEqualTo(State.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Ground.class,
            names = {"COMPELLING_GROUNDS", "LEGAL_CLAIMS", "LEGAL_OBLIGATION", "RIGHTS_OF_OTHERS"})
    void noInterestRefusesAnOptOut(Ground ground) {
        Request optOut = rights.open(DESK, new NewRequest(person, Type.OPT_OUT, "US-CA", "web"));

        refused(Kind.DENIED, () -> rights.refuse(OLGA, optOut.id(), ground));
        assertThat(rights.request(OLGA, optOut.id()).state()).isEqualTo(State.OPEN);
        assertThat(rights.refuse(OLGA, optOut.id(), Ground.UNFOUNDED).state()).isEqualTo(State.REFUSED);
    }
}
