package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RecordStore.Kind;
import org.pledge.store.memory.MemoryRecordStore;

/** Two people hold the same value: whoever registers with somebody else's address does not block them. */
class SharedIdentifiersTest {
    private static final Identified SHARED = new Identified(Map.of("email", "ada@example.org"));

    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId one = world.person("DE", "email");
    private final SubjectId other = world.person("DE", "email");

    SharedIdentifiersTest() {
        world.known.put("email=ada@example.org", Set.of(one, other));
    }

    private Request asked(Type type) {
        return rights.openFor(DESK, SHARED, type, "DE", "mail");
    }

    private Request of(SubjectId person) {
        return rights.ofSubject(OLGA, person).get(0);
    }

    private String code(int place) {
        return ((Map<?, ?>) world.calls.get("send").get(place)[3]).get("code").toString();
    }

    @Test
    void aRequestIsOpenedForEachOfThem() {
        Request first = asked(Type.ERASURE);
        assertThat(List.of(one, other)).contains(first.subject());
        assertThat(List.of(of(one), of(other)))
                .extracting(Request::state)
                .containsOnly(State.RECEIVED)
                .hasSize(2);
    }

    @Test
    void eachIsSentACodeOfTheirOwnAndEachCodeVerifiesItsOwnOnly() {
        Request first = asked(Type.ERASURE);
        rights.sendCode(DESK, first.id());
        assertThat(world.calls.get("send")).extracting(sent -> sent[1]).containsExactlyInAnyOrder(one, other);
        SubjectId second = first.subject().equals(one) ? other : one;
        assertThat(rights.checkCode(DESK, first.id(), code(1)).verified()).isTrue();
        assertThat(of(second).verifiedBy()).contains(Method.MAIL_CODE);
        assertThat(of(first.subject()).verifiedBy()).isEmpty();
        assertThat(rights.checkCode(DESK, first.id(), code(0)).verified()).isTrue();
        assertThat(of(first.subject()).verifiedBy()).contains(Method.MAIL_CODE);
    }

    @Test
    void theOtherCodeIsTakenAfterTheFirstToo() {
        Request first = asked(Type.ERASURE);
        rights.sendCode(DESK, first.id());
        assertThat(rights.checkCode(DESK, first.id(), code(0)).verified()).isTrue();
        assertThat(rights.checkCode(DESK, first.id(), code(1)).verified()).isTrue();
        assertThat(List.of(of(one), of(other))).extracting(Request::state).containsOnly(State.OPEN);
    }

    @Test
    void whoComesAfterARequestThatHasLeftIsNotForgotten() {
        SubjectId third = world.person("DE", "email");
        world.known.put("email=ada@example.org", Set.of(one, other, third));
        Request first = asked(Type.ERASURE);
        List<Request> others = world.store.required(() -> new Alike(world.store).others(first));
        Request left = others.get(0);
        rights.refuse(OLGA, left.id(), Ground.LEGAL_CLAIMS);
        assertThat(world.store.required(
                        () -> new MemoryRecordStore(world.store).remove(Kind.REQUEST, KORAX, world.now, Set.of(), 10)))
                .isOne();
        rights.sendCode(DESK, first.id());
        assertThat(world.calls.get("send"))
                .extracting(sent -> sent[1])
                .containsExactly(first.subject(), others.get(1).subject());
    }

    @Test
    void threeWrongCodesLockAllOfThem() {
        Request first = asked(Type.ERASURE);
        rights.sendCode(DESK, first.id());
        String wrong = Set.of(code(0), code(1)).contains("000000") ? "000001" : "000000";
        wrong = Set.of(code(0), code(1)).contains(wrong) ? "000002" : wrong;
        for (int i = 0; i < 3; i++) {
            assertThat(rights.checkCode(DESK, first.id(), wrong).verified()).isFalse();
        }
        assertThat(rights.checkCode(DESK, first.id(), code(0)).verified()).isFalse();
        assertThat(rights.checkCode(DESK, first.id(), code(1)).verified()).isFalse();
    }

    @Test
    void whoVerifiedTheFirstCannotGuessTheCodeOfTheOther() {
        Request first = asked(Type.ERASURE);
        rights.sendCode(DESK, first.id());
        assertThat(rights.checkCode(DESK, first.id(), code(0)).verified()).isTrue();
        String wrong = code(1).equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 3; i++) {
            assertThat(rights.checkCode(DESK, first.id(), wrong).verified()).isFalse();
        }
        assertThat(rights.checkCode(DESK, first.id(), code(1)).verified()).isFalse();
    }

    @Test
    void anOptOutIsCarriedOutForAllOfThem() {
        Request first = asked(Type.OPT_OUT);
        assertThat(rights.fulfil(DESK, first.id()).request().state()).isEqualTo(State.FULFILLED);
        assertThat(world.calls.get("withdraw")).extracting(call -> call[1]).containsExactlyInAnyOrder(one, other);
        assertThat(List.of(of(one), of(other))).extracting(Request::state).containsOnly(State.FULFILLED);
    }

    @Test
    void whatEndsTheFirstUnverifiedEndsAllOfThem() {
        rights.withdraw(DESK, asked(Type.ERASURE).id());
        assertThat(List.of(of(one), of(other))).extracting(Request::state).containsOnly(State.WITHDRAWN);
        Request refused = asked(Type.ACCESS);
        rights.refuse(OLGA, refused.id(), Ground.UNVERIFIED);
        assertThat(world.store.required(() -> world.store.requestsOf(KORAX, one)))
                .allMatch(request -> request.state().closed());
        assertThat(world.store.required(() -> world.store.requestsOf(KORAX, other)))
                .allMatch(request -> request.state().closed());
    }

    @Test
    void eachIsSentALink() {
        world.selfService.ask(KORAX, SHARED);
        assertThat(world.calls.get("send")).extracting(sent -> sent[1]).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void anObjectionHasToBeVerified() {
        assertThat(asked(Type.OBJECTION).verifiedBy()).isEmpty();
        assertThat(asked(Type.OPT_OUT).verifiedBy()).contains(Method.NONE);
    }

    @Test
    void nobodysWordAloneRemovesWhoHasFinancialData() {
        world.hold(other, "card-holder");
        Request first = asked(Type.ERASURE);
        rights.vouch(DESK, first.id());
        assertThat(of(one).verifiedBy()).contains(Method.TRUSTED_PARTY);
        assertThat(of(other).verifiedBy()).isEmpty();
    }
}
