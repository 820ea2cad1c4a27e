package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.audit.Leaf;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

class AnsweredRequestsTest {
    private static final Map<String, List<String>> RIGHT =
            Map.of("email", List.of("new@example.org"), "fax", List.of());

    private final World world = new World();
    private final SubjectId person = world.person("DE", "email");

    private Request open(Type type) {
        return world.rights.open(DESK, new NewRequest(person, type, "DE", "web"));
    }

    private Request verified(Type type) {
        return world.rights.assertLogin(DESK, open(type).id());
    }

    private void export(Request request, boolean made) {
        world.store.required(() -> world.store.putExport(new Export(
                KORAX,
                request.id(),
                UUID.randomUUID(),
                made ? AnswerService.State.FETCHED : AnswerService.State.EXPIRED,
                AnswerService.Protection.PASSWORD,
                world.now,
                Optional.of(world.now).filter(any -> made),
                Optional.empty(),
                Map.of(),
                0,
                Optional.empty())));
    }

    private static void refused(Kind kind, String text, ThrowingCallable act) {
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(act)
                .withMessageContaining(text)
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(kind));
    }

    private Leaf last() {
        return world.leaves.get(world.leaves.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"ACCESS", "PORTABILITY"})
    void anAnswerMustHaveBeenMade(Type type) {
        Request request = verified(type);
        refused(Kind.CONFLICT, "no answer was made", () -> world.rights.fulfil(DESK, request.id()));
        export(request, false);
        refused(Kind.CONFLICT, "no answer was made", () -> world.rights.fulfil(DESK, request.id()));
        export(verified(type), true);
        refused(Kind.CONFLICT, "no answer was made", () -> world.rights.fulfil(DESK, request.id()));
        export(request, true);

        assertThat(world.rights.fulfil(DESK, request.id()).request().state()).isEqualTo(State.FULFILLED);
        assertThat(last().details()).containsEntry("by", "EXPORT");
        assertThat(world.rights.fulfil(DESK, request.id()).request().state()).isEqualTo(State.FULFILLED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"ACCESS", "PORTABILITY", "RECTIFICATION"})
    void thatItWasAnsweredByHandIsSaidExpressly(Type type) {
        Request request = verified(type);
        refused(Kind.CONFLICT, "", () -> world.rights.fulfil(DESK, request.id()));
        refused(Kind.DENIED, "", () -> world.rights.fulfilByHand(OLGA, request.id()));

        assertThat(world.rights.fulfilByHand(DESK, request.id()).request().state())
                .isEqualTo(State.FULFILLED);
        assertThat(last().details()).containsEntry("by", "HAND");
        Request unverified = open(type);
        refused(Kind.CONFLICT, "not verified", () -> world.rights.fulfilByHand(DESK, unverified.id()));
    }

    @Test
    void aRemovalIsNotDoneByHand() {
        Request request = verified(Type.ERASURE);
        refused(Kind.CONFLICT, "not answered so", () -> world.rights.fulfilByHand(DESK, request.id()));
        refused(Kind.CONFLICT, "not answered so", () -> world.rights.correct(DESK, request.id(), RIGHT));
    }

    @Test
    void aCorrectionIsMadeOnceAndRecordedByTheNamesOfItsFields() {
        Request request = verified(Type.RECTIFICATION);

        assertThat(world.rights.correct(DESK, request.id(), RIGHT).request().state())
                .isEqualTo(State.FULFILLED);
        assertThat(world.rights.correct(DESK, request.id(), RIGHT).request().state())
                .isEqualTo(State.FULFILLED);

        assertThat(world.calls.get("update")).singleElement().satisfies(call -> assertThat(call)
                .containsExactly(DESK, person, RIGHT, 1L));
        assertThat(last().details()).containsEntry("by", "CORRECTION").containsEntry("fields", "email,fax");
        assertThat(world.leaves.toString()).doesNotContain("example.org");
    }

    @Test
    void aCorrectionThatThePolicyForbidsLeavesTheRequestOpen() {
        Request request = verified(Type.RECTIFICATION);
        refused(Kind.INVALID, "no field", () -> world.rights.correct(DESK, request.id(), Map.of()));
        world.refusal = Optional.of(new PledgeException(Kind.DENIED, "KX-5 forbids it"));
        refused(Kind.DENIED, "KX-5", () -> world.rights.correct(DESK, request.id(), RIGHT));
        assertThat(world.rights.request(DESK, request.id()).state()).isEqualTo(State.OPEN);
        Request unverified = open(Type.RECTIFICATION);
        world.refusal = Optional.empty();
        refused(Kind.CONFLICT, "not verified", () -> world.rights.correct(DESK, unverified.id(), RIGHT));
        assertThat(world.count("update")).isZero();
    }
}
