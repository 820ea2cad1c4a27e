package org.pledge.rights.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.metrics.MetricsService.Gauge;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

class LastingRemovalTest {
    private static final String ADA = "ada@example.org";
    private static final Duration UNTIL_REMOVED = Duration.ofDays(31);

    private final World world = new World();
    private final DefaultRightsService rights = world.rights;

    private SubjectId person(String place, String email, String... fields) {
        SubjectId person = world.person(place, fields);
        world.store.required(() ->
                world.store.putTokens(KORAX, person, "email", List.of(world.token(KORAX, "", email.getBytes(UTF_8)))));
        return person;
    }

    private Request removed(SubjectId person, String place, String channel) {
        Request request = rights.open(DESK, new NewRequest(person, Type.ERASURE, place, channel));
        rights.assertLogin(DESK, request.id());
        return rights.fulfil(DESK, request.id()).request();
    }

    private void removed(String email) {
        removed(person("US-CA", email), "US-CA", "drop");
    }

    private List<Request> requests(SubjectId person) {
        return rights.ofSubject(DESK, person);
    }

    private Request request(SubjectId person, Type type) {
        return requests(person).stream()
                .filter(one -> one.type() == type)
                .findFirst()
                .orElseThrow();
    }

    private long hashes() {
        return world.store.required(() -> world.store.keptTokens(KORAX)).hashes();
    }

    private List<Map<String, String>> looks() {
        return world.leaves.stream()
                .filter(leaf -> leaf.act() == Act.LASTING_LOOK)
                .map(Leaf::details)
                .toList();
    }

    @Test
    void whoComesBackIsOptedOutAtOnceAndRemovedBeforeTheDeadline() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);

        world.lasting.run();

        assertThat(request(back, Type.OPT_OUT).state()).isEqualTo(State.FULFILLED);
        assertThat(world.count("withdraw")).isEqualTo(1);
        Request again = request(back, Type.ERASURE);
        assertThat(again.state()).isEqualTo(State.OPEN);
        assertThat(again.verifiedBy()).contains(Method.TRUSTED_PARTY);
        assertThat(again.channel()).isEqualTo("drop");
        assertThat(again.jurisdiction()).isEqualTo("US-CA");
        assertThat(again.deadlines().acknowledged()).isPresent();
        assertThat(rights.due(DESK, 46, 10)).extracting(Request::id).containsExactly(again.id());

        world.later(Duration.ofDays(29));
        world.lasting.run();
        assertThat(world.knows(back)).isTrue();

        world.now = again.deadlines().answerBy().minus(LastingRemoval.LEFT);
        world.lasting.run();
        assertThat(world.knows(back)).isFalse();
        assertThat(rights.request(DESK, again.id()).state()).isEqualTo(State.FULFILLED);
        assertThat(hashes()).isEqualTo(1);
    }

    @Test
    void isRemovedAgainHoweverOftenTheyComeBack() {
        removed(ADA);
        for (int time = 0; time < 3; time++) {
            SubjectId back = person("DE", ADA);
            world.lasting.run();
            world.later(UNTIL_REMOVED);
            world.lasting.run();
            assertThat(world.knows(back)).isFalse();
        }
    }

    @Test
    void aLookThatIsRepeatedChangesNothing() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.lasting.run();
        List<Request> once = requests(back);
        int leaves = world.leaves.size();

        world.lasting.run();

        assertThat(requests(back)).isEqualTo(once);
        assertThat(world.leaves).hasSize(leaves);
    }

    @Test
    void leavesWhoWasRemovedByAnotherWayAndEverybodyElseAlone() {
        removed(person("US-CA", ADA), "US-CA", "web");
        removed(person("DE", "eva@example.org"), "DE", "drop");
        List<SubjectId> others =
                List.of(person("US-CA", ADA), person("DE", "eva@example.org"), person("US-CA", "o@e.org"));

        world.lasting.run();

        assertThat(hashes()).isZero();
        assertThat(others).allSatisfy(other -> assertThat(requests(other)).isEmpty());
        assertThat(looks()).isEmpty();
    }

    @Test
    void keepsThePlaceWhoseLawItIs() {
        removed(person("US-CA", ADA), "DE", "drop");
        SubjectId back = person("DE", ADA);

        world.lasting.run();

        assertThat(request(back, Type.ERASURE).jurisdiction()).isEqualTo("US-CA");
    }

    @Test
    void whoSharesTheAddressIsOptedOutOnly() {
        removed(ADA);
        List<SubjectId> both = List.of(person("US-CA", ADA), person("US-CA", ADA));

        world.lasting.run();

        assertThat(both)
                .allSatisfy(one ->
                        assertThat(requests(one)).extracting(Request::type).containsExactly(Type.OPT_OUT));
    }

    @Test
    void whoAsksOtherwiseStaysAndIsNotLookedForAnyMore() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.lasting.run();

        rights.withdraw(DESK, request(back, Type.ERASURE).id());

        assertThat(hashes()).isZero();
        assertThat(world.leaves.get(world.leaves.size() - 1).details()).containsEntry("forgotten", "1");
        world.later(UNTIL_REMOVED);
        world.lasting.run();
        assertThat(world.knows(back)).isTrue();
        assertThat(requests(back)).hasSize(2);
    }

    @Test
    void takingBackAnotherRequestForgetsNothing() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.lasting.run();

        rights.withdraw(
                DESK,
                rights.open(DESK, new NewRequest(back, Type.ERASURE, "US-CA", "web"))
                        .id());

        assertThat(hashes()).isEqualTo(1);
    }

    @Test
    void aRefusedRemovalIsNotOpenedAnew() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.lasting.run();
        rights.refuse(OLGA, request(back, Type.ERASURE).id(), Ground.LEGAL_CLAIMS);

        world.later(UNTIL_REMOVED);
        world.lasting.run();

        assertThat(world.knows(back)).isTrue();
        assertThat(requests(back)).hasSize(2);
    }

    @Test
    void ofWhomFinancialDataIsHeldStaffVerifyWhoItIs() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA, "card-holder");

        world.lasting.run();
        world.later(UNTIL_REMOVED);
        world.lasting.run();

        assertThat(request(back, Type.OPT_OUT).state()).isEqualTo(State.FULFILLED);
        assertThat(request(back, Type.ERASURE).state()).isEqualTo(State.RECEIVED);
        assertThat(world.knows(back)).isTrue();
    }

    @Test
    void whatARuleForbidsStaysDueAndKeepsNobodyElse() {
        removed(ADA);
        removed("eva@example.org");
        SubjectId ada = person("US-CA", ADA);
        SubjectId eva = person("US-CA", "eva@example.org");
        world.lasting.run();
        world.failing.add(ada);
        world.later(UNTIL_REMOVED);

        world.lasting.run();

        assertThat(world.knows(ada)).isTrue();
        assertThat(world.knows(eva)).isFalse();
        assertThat(looks().get(1)).containsEntry("removed", "1").containsEntry("failed", "1");

        world.failing.clear();
        world.refusal = Optional.of(new PledgeException(PledgeException.Kind.CONFLICT, "no complete contact"));
        world.lasting.run();
        assertThat(request(ada, Type.ERASURE).state()).isEqualTo(State.OPEN);

        world.refusal = Optional.empty();
        world.lasting.run();
        assertThat(world.knows(ada)).isFalse();
    }

    @Test
    void looksAtMoreThanOnePage() {
        List<String> emails =
                IntStream.range(0, 101).mapToObj(i -> i + "@example.org").toList();
        emails.forEach(this::removed);
        List<SubjectId> back =
                emails.stream().map(email -> person("US-CA", email)).toList();

        world.lasting.run();

        assertThat(back).allSatisfy(one -> assertThat(requests(one)).hasSize(2));
        assertThat(looks())
                .containsExactly(
                        Map.of("optedOut", "101", "opened", "101", "removed", "0", "failed", "0", "late", "false"));
    }

    @Test
    void aTenantThatFailsKeepsNoOtherFromIt() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.addFailingTenant(new TenantId("anyip"));

        world.lasting.run();

        assertThat(requests(back)).hasSize(2);
    }

    @Test
    void aLateLookIsSeen() {
        assertThat(gauge("lasting_look_late")).isZero();
        removed(ADA);
        world.later(Duration.ofDays(1));
        assertThat(gauge("lasting_hashes")).isEqualTo(1);
        assertThat(gauge("lasting_look_late")).isZero();

        world.later(Duration.ofSeconds(1));
        assertThat(gauge("lasting_look_late")).isEqualTo(1);

        world.lasting.run();
        assertThat(looks()).singleElement().satisfies(look -> assertThat(look).containsEntry("late", "true"));
        world.later(Duration.ofMinutes(1));
        assertThat(gauge("lasting_look_late")).isZero();
    }

    @Test
    void aLookThatLeavesSomebodyOutIsLateInTheEnd() {
        removed(ADA);
        SubjectId back = person("US-CA", ADA);
        world.lasting.run();
        world.failing.add(back);
        world.later(UNTIL_REMOVED);
        world.lasting.run();

        assertThat(gauge("lasting_look_late")).isEqualTo(1);

        world.failing.clear();
        world.lasting.run();
        world.later(Duration.ofMinutes(1));
        assertThat(gauge("lasting_look_late")).isZero();
    }

    private long gauge(String name) {
        return world.metrics().gauges(DESK).stream()
                .filter(gauge -> gauge.name().equals("pledge_" + name))
                .map(Gauge::values)
                .findFirst()
                .orElseThrow()
                .get(0)
                .number();
    }

    @Test
    void theCertificateNamesTheHashesThatStay() {
        SubjectId ada = person("US-CA", ADA);
        Request request = removed(ada, "US-CA", "drop");
        String hashes = "\"hashes\":[{\"field\":\"email\",\"until\":\"TAKEN_BACK\",\"ground\":\"LASTING_REMOVAL\"}]";

        assertThat(world.certificates().ofRequest(DESK, request.id())).contains(hashes, "\"complete\":true");
        assertThat(world.certificates().ofPerson(DESK, ada)).contains(hashes);
    }
}
