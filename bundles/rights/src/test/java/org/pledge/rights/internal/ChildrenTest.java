package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.OLGA;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;

/** Removal of children, and confirming requests. */
class ChildrenTest {
    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId child = world.person("US-CA", "email");

    private Request open(Type type) {
        return rights.open(DESK, new NewRequest(child, type, "US-CA", "phone"));
    }

    @Test
    void aGuardianIsRecordedWithTheKindOfEvidenceAndWhoFoundItEnough() {
        Request request = rights.assertGuardian(DESK, open(Type.CHILD_REMOVAL).id(), Evidence.OFFICIAL_DECISION);
        assertThat(request.state()).isEqualTo(State.OPEN);
        assertThat(request.verifiedBy()).contains(Method.GUARDIAN);
        Leaf leaf = world.leaves.get(world.leaves.size() - 1);
        assertThat(leaf.act()).isEqualTo(Act.REQUEST_VERIFIED);
        assertThat(leaf.actor()).isEqualTo("desk");
        assertThat(leaf.details()).containsEntry("method", "GUARDIAN").containsEntry("evidence", "OFFICIAL_DECISION");
        assertThat(rights.assertGuardian(DESK, request.id(), Evidence.CALL)).isEqualTo(request);
    }

    @Test
    void aGuardianOfNobodyIsAnsweredAsOneOfSomebodyWithTheSameWork() {
        SubjectId nobody = SubjectId.random();
        Request request = rights.open(DESK, new NewRequest(nobody, Type.CHILD_REMOVAL, "US-CA", "phone"));
        Request known = open(Type.CHILD_REMOVAL);
        int before = world.leaves.size();
        Request open = rights.assertGuardian(DESK, request.id(), Evidence.CALL);
        Request ofSomebody = rights.assertGuardian(DESK, known.id(), Evidence.CALL);
        assertThat(open)
                .usingRecursiveComparison()
                .ignoringFields("id", "subject")
                .isEqualTo(ofSomebody);
        assertThat(world.leaves.subList(before, world.leaves.size()))
                .extracting(Leaf::act)
                .containsExactly(Act.REQUEST_VERIFIED, Act.REQUEST_VERIFIED);
        assertThat(rights.fulfil(DESK, open.id()).request().state()).isEqualTo(State.FULFILLED);
    }

    @Test
    void aCodeToTheChildIsNotEnoughAndAGuardianActsForAChildOnly() {
        Request removal = open(Type.CHILD_REMOVAL);
        rights.sendCode(DESK, removal.id());
        assertThat(world.count("send")).isZero();
        Request access = open(Type.ACCESS);
        assertThatThrownBy(() -> rights.assertGuardian(DESK, access.id(), Evidence.CALL))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        assertThatThrownBy(() -> rights.assertGuardian(OLGA, removal.id(), Evidence.CALL))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }

    private SubjectId guardian(String purpose, Optional<Instant> withdrawn) {
        SubjectId guardian = world.person("US-CA", "email");
        world.authorisations.add(new Authorisation(
                World.KORAX,
                child,
                purpose,
                guardian,
                Evidence.CALL,
                world.now,
                "desk",
                world.now.plus(Duration.ofDays(9)),
                withdrawn));
        return guardian;
    }

    private String mailed(int message) {
        return ((Map<?, ?>) world.calls.get("send").get(message)[3]).get("code").toString();
    }

    private String mailed(SubjectId to) {
        return world.calls.get("send").stream()
                .filter(sent -> sent[1].equals(to))
                .map(sent -> ((Map<?, ?>) sent[3]).get("code").toString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGuardianWhoAuthorisedSomethingForTheChildIsVerifiedByACodeToTheirOwnAddress() {
        SubjectId mother = guardian("marketing", Optional.empty());
        guardian("surveys", Optional.of(world.now));
        Request request = open(Type.CHILD_REMOVAL);
        rights.sendCode(DESK, request.id());
        assertThat(world.calls.get("send")).hasSize(1).allSatisfy(sent -> assertThat(sent[1])
                .isEqualTo(mother));
        assertThat(rights.checkCode(DESK, request.id(), "wrong").verified()).isFalse();

        Request open = rights.checkCode(DESK, request.id(), mailed(0)).request();

        assertThat(open.state()).isEqualTo(State.OPEN);
        assertThat(open.verifiedBy()).contains(Method.GUARDIAN);
        assertThat(world.leaves.get(world.leaves.size() - 1).details())
                .containsEntry("method", "GUARDIAN")
                .containsEntry("evidence", "MAIL_CODE");
    }

    @Test
    void aGuardiansCodeIsTheirOwnAndEndsWithTheirAuthorisation() {
        SubjectId mother = guardian("marketing", Optional.empty());
        SubjectId father = guardian("surveys", Optional.empty());
        Request request = open(Type.CHILD_REMOVAL);
        rights.sendCode(DESK, request.id());
        assertThat(world.calls.get("send")).extracting(sent -> sent[1]).containsExactlyInAnyOrder(mother, father);

        world.authorisations.removeIf(one -> one.guardian().equals(mother));

        assertThat(rights.checkCode(DESK, request.id(), mailed(mother)).verified())
                .isFalse();
        assertThat(rights.checkCode(DESK, request.id(), mailed(father)).verified())
                .isTrue();
    }

    @Test
    void noGuardiansCodeOutlivesTheLastAuthorisation() {
        SubjectId mother = guardian("marketing", Optional.empty());
        Request request = open(Type.CHILD_REMOVAL);
        rights.sendCode(DESK, request.id());
        world.authorisations.clear();
        assertThat(rights.checkCode(DESK, request.id(), mailed(mother)).verified())
                .isFalse();
    }

    @Test
    void whoAuthorisedSomethingForAChildHasNoOtherRequestOfTheirs() {
        guardian("marketing", Optional.empty());
        world.store.required(() -> world.store.putField(World.KORAX, child, "card-holder", new byte[1]));
        rights.sendCode(DESK, open(Type.ACCESS).id());
        assertThat(world.count("send")).isZero();
    }

    @Test
    void aGuardiansCodeIsWorthNothingWhereMoreThanAGuardianIsAskedFor(@TempDir Path folder) throws IOException {
        Path clocks = folder.resolve("clocks.yaml");
        Files.writeString(
                clocks,
                Clockwork.shipped()
                        .replace("child-removal: { usual: guardian }", "child-removal: { usual: account-login }"));
        DefaultRightsService strict = world.rightsBy(clocks);
        guardian("marketing", Optional.empty());

        Request request = open(Type.CHILD_REMOVAL);
        strict.sendCode(DESK, request.id());
        assertThat(world.count("send")).isZero();

        Request before = open(Type.CHILD_REMOVAL);
        rights.sendCode(DESK, before.id());
        assertThat(strict.checkCode(DESK, before.id(), mailed(0)).verified()).isFalse();
        assertThat(rights.checkCode(DESK, before.id(), mailed(0)).verified()).isTrue();
    }

    @Test
    void whoIsKnownToBeAMinorIsRemovedAtOnceAndRecipientsHaveToConfirm() {
        world.notice(child, "acme", NoticeService.State.DELIVERED);
        Request request = rights.minorKnown(DESK, child);
        assertThat(request.type()).isEqualTo(Type.CHILD_REMOVAL);
        assertThat(request.jurisdiction()).isEqualTo("US-CA");
        assertThat(request.carriedOut()).isPresent();
        assertThat(request.state()).isEqualTo(State.OPEN);
        assertThat(rights.minorKnown(DESK, child).id()).isEqualTo(request.id());
        world.notices.clear();
        assertThat(rights.minorKnown(DESK, child).state()).isEqualTo(State.FULFILLED);
        assertThat(world.acts()).filteredOn(Act.REQUEST_RECEIVED::equals).hasSize(1);
    }

    @Test
    void whatAnInvariantForbidsStaysOpen() {
        world.refusal = Optional.of(new PledgeException(Kind.CONFLICT, "a complete contact must remain"));
        Request request = rights.minorKnown(DESK, child);
        assertThat(request.state()).isEqualTo(State.OPEN);
        assertThat(request.carriedOut()).isEmpty();
        world.refusal = Optional.empty();
        assertThat(rights.minorKnown(DESK, child).state()).isEqualTo(State.FULFILLED);
    }

    @Test
    void nobodyIsNoMinor() {
        assertThatThrownBy(() -> rights.minorKnown(DESK, SubjectId.random()))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void confirmsAComplaintOnceWithItsIdentifierAndLastDay() {
        Request complaint = open(Type.COMPLAINT);
        Request confirmed = rights.confirm(DESK, complaint.id());
        assertThat(confirmed.deadlines().acknowledged()).isPresent();
        rights.confirm(DESK, complaint.id());
        assertThat(world.calls.get("send")).hasSize(1);
        assertThat(world.calls.get("send").get(0)[3].toString())
                .contains(
                        complaint.id().toString(),
                        complaint.deadlines().lastDay().toString());
    }

    @Test
    void confirmingTellsNotWhoIsKnown() {
        Request nobodys = rights.open(DESK, new NewRequest(SubjectId.random(), Type.COMPLAINT, "US-CA", "phone"));
        assertThat(rights.confirm(DESK, nobodys.id()).deadlines().acknowledged())
                .isPresent();
        assertThat(world.count("send")).isZero();
        world.refusal = Optional.of(new PledgeException(Kind.CONFLICT, "no address"));
        assertThat(rights.confirm(DESK, open(Type.COMPLAINT).id()).deadlines().acknowledged())
                .isPresent();
        world.template = false;
        assertThatThrownBy(() -> rights.confirm(DESK, open(Type.COMPLAINT).id()))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
    }
}
