package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.pledge.rights.internal.World.DESK;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;

class RecipientsTest {
    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId person = world.person("DE", "email");

    private Request verified(Type type) {
        Request request = rights.open(DESK, new NewRequest(person, type, "DE", "web"));
        return request.verifiedBy().isPresent() ? request : rights.assertLogin(DESK, request.id());
    }

    private List<String> partners(Request request) {
        return rights.recipients(DESK, request.id()).stream()
                .map(Recipient::partner)
                .toList();
    }

    private Map<UUID, Outstanding> outstanding() {
        return rights.outstanding(DESK, rights.due(DESK, 3650, 10));
    }

    @Test
    void aRemovalNamesEveryEarlierRecipientOnceItIsCarriedOut() {
        world.notice(person, "mail", State.PARKED);
        world.notice(person, "parcel-post", State.CONFIRMED);
        Request request = verified(Type.ERASURE);
        assertThat(partners(request)).isEmpty();
        rights.fulfil(DESK, request.id());
        assertThat(partners(request)).containsExactly("mail", "parcel-post");
        assertThat(rights.recipients(DESK, request.id()).get(0).contact().protocol())
                .isEqualTo("rest");
    }

    @ParameterizedTest
    @CsvSource({"RECTIFICATION, CORRECTION", "OPT_OUT, WITHDRAWAL", "OBJECTION, WITHDRAWAL"})
    void otherRequestsNameThoseToldOfTheirKindByWhatCarriedThemOut(Type type, Kind kind) {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(type);
        assertThat(partners(request)).isEmpty();
        world.later(Duration.ofDays(2));
        Instant end = world.now;
        if (type == Type.RECTIFICATION) {
            rights.correct(DESK, request.id(), Map.of("email", List.of("new@example.org")));
        } else {
            rights.fulfil(DESK, request.id());
        }
        world.later(Duration.ofDays(2));
        assertThat(partners(request)).containsExactly("mail");
        assertThat(world.calls.get("told"))
                .isNotEmpty()
                .allSatisfy(call -> assertThat(List.of(call).subList(1, 5)).containsExactly(person, kind, end, end));
    }

    @Test
    void aCorrectionByHandNamesThoseToldSinceTheRequestArrived() {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(Type.RECTIFICATION);
        world.later(Duration.ofDays(2));
        rights.fulfilByHand(DESK, request.id());
        assertThat(partners(request)).containsExactly("mail");
        assertThat(world.calls.get("told")).isNotEmpty().allSatisfy(call -> assertThat(
                        List.of(call).subList(1, 5))
                .containsExactly(person, Kind.CORRECTION, request.received(), world.now));
    }

    @ParameterizedTest
    @CsvSource({"ACCESS, ACCESS", "PORTABILITY, PORTABILITY"})
    void processorsAreAskedOnceItIsVerifiedWhoAsksAndNotAfterTheEnd(Type type, Kind kind) {
        world.notice(person, "mail", State.DELIVERED);
        Request asked = rights.open(DESK, new NewRequest(person, type, "DE", "web"));
        assertThat(world.calls).doesNotContainKey("ask");
        rights.assertLogin(DESK, asked.id());
        assertThat(world.calls.get("ask"))
                .singleElement()
                .satisfies(call -> assertThat(List.of(call).subList(1, 4)).containsExactly(person, kind, asked.id()));
        assertThat(partners(asked)).containsExactly("mail");
        assertThat(world.calls).doesNotContainKey("endAsking");
        rights.fulfilByHand(DESK, asked.id());
        assertThat(world.calls.get("endAsking"))
                .singleElement()
                .satisfies(call -> assertThat(List.of(call).subList(1, 3)).containsExactly(person, asked.id()));
    }

    @ParameterizedTest
    @EnumSource(names = {"ERASURE", "RECTIFICATION", "OPT_OUT", "OBJECTION", "RESTRICTION"})
    void theAnswerNamesThemAsTheRequestDoes(Type type) {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(type);
        RightsService.Fulfilment done = type == Type.RECTIFICATION
                ? rights.correct(DESK, request.id(), Map.of("email", List.of("new@example.org")))
                : rights.fulfil(DESK, request.id());
        assertThat(done.recipients()).hasSize(1).isEqualTo(rights.recipients(DESK, request.id()));
        assertThat(done.awaiting()).isEqualTo(type == Type.ERASURE ? 1 : 0);
        assertThat(rights.fulfil(DESK, request.id()).recipients()).isEqualTo(done.recipients());
    }

    @Test
    void requestsThatTellNobodyNameNobody() {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(Type.DISCLOSURES);
        rights.fulfil(DESK, request.id());
        assertThat(partners(request)).isEmpty();
    }

    @Test
    void aRestrictionNamesThoseToldOfItOnceItIsCarriedOutAndWaitsForNobody() {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(Type.RESTRICTION);
        assertThat(partners(request)).isEmpty();
        assertThat(rights.fulfil(DESK, request.id()).request().state()).isEqualTo(RightsService.State.FULFILLED);
        assertThat(partners(request)).containsExactly("mail");
        assertThat(world.calls.get("restricted")).isNotEmpty().allSatisfy(call -> assertThat(call[1])
                .isEqualTo(person));
        assertThat(outstanding()).isEmpty();
        rights.lift(DESK, request.id());
        assertThat(partners(request)).containsExactly("mail");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESTRICTION", "RECTIFICATION", "OBJECTION"})
    void whatWasRefusedNamesNobody(Type type) {
        world.notice(person, "mail", State.DELIVERED);
        Request request = verified(type);
        rights.refuse(World.OLGA, request.id(), RightsService.Ground.UNFOUNDED);
        assertThat(partners(request)).isEmpty();
    }

    @Test
    void whatIsDueSaysHowManyRecipientsHaveYetToAnswerAndSinceWhen() {
        Request request = verified(Type.ERASURE);
        Request other = verified(Type.ACCESS);
        world.notice(person, "parcel-post", State.CONFIRMED);
        world.notice(person, "mail", State.DELIVERED);
        Instant first = world.now;
        world.later(Duration.ofDays(1));
        world.notice(person, "clearing", State.PARKED);
        assertThat(outstanding()).isEmpty();
        rights.fulfil(DESK, request.id());
        assertThat(outstanding())
                .containsExactly(Map.entry(request.id(), new Outstanding(2, first, Optional.of(world.now), true)));
        assertThat(other.state().closed()).isFalse();

        world.notices.remove(2);
        assertThat(outstanding().get(request.id())).isEqualTo(new Outstanding(1, first, Optional.empty(), false));
    }

    @Test
    void nothingIsOutstandingOnceEverybodyAnswered() {
        Request request = verified(Type.ERASURE);
        world.notice(person, "mail", State.DELIVERED);
        rights.fulfil(DESK, request.id());
        assertThat(outstanding()).containsOnlyKeys(request.id());
        world.notices.clear();
        world.notice(person, "mail", State.CONFIRMED);
        assertThat(outstanding()).isEmpty();
        world.watch.run();
        assertThat(rights.outstanding(DESK, List.of(rights.request(DESK, request.id()))))
                .isEmpty();
    }

    @Test
    void othersSeeNobody() {
        Request request = verified(Type.ERASURE);
        world.notice(person, "mail", State.DELIVERED);
        rights.fulfil(DESK, request.id());
        Request done = rights.request(DESK, request.id());
        Caller partner = new Caller(World.KORAX, "mail", Set.of(Role.PARTNER));
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(() -> rights.recipients(partner, request.id()))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.DENIED));
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(() -> rights.outstanding(partner, List.of(done)))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.DENIED));
        Caller stranger = new Caller(new TenantId("anyip"), "desk", Set.of(Role.OPERATOR));
        assertThat(rights.outstanding(stranger, List.of(done))).isEmpty();
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(() -> rights.recipients(stranger, request.id()))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.NOT_FOUND));
    }
}
