package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;

class DefaultRightsServiceTest {
    private static final Extension COMPLEX = new Extension(Reason.COMPLEXITY, LocalDate.of(2026, 3, 10));

    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId person = world.person("DE", "email");

    private Request open(Type type, SubjectId subject) {
        return rights.open(DESK, new NewRequest(subject, type, "DE", "web"));
    }

    private Request open(Type type) {
        return open(type, person);
    }

    private Request verified(Type type) {
        return rights.assertLogin(DESK, open(type).id());
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(text);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    private String wrong() {
        return world.code().equals("000000") ? "000001" : "000000";
    }

    // arrival

    @Test
    void recordsARequestWithItsClock() {
        Request request = open(Type.ACCESS);
        assertThat(request.state()).isEqualTo(State.RECEIVED);
        assertThat(request.openedBy()).isEqualTo("desk");
        assertThat(request.deadlines().law()).isEqualTo("gdpr");
        assertThat(request.deadlines().lastDay()).isEqualTo("2026-04-10");
        assertThat(rights.request(DESK, request.id())).isEqualTo(request);
        assertThat(rights.ofSubject(OLGA, person)).containsExactly(request);
        Leaf leaf = world.leaves.get(0);
        assertThat(leaf.act()).isEqualTo(Act.REQUEST_RECEIVED);
        assertThat(leaf.actor()).isEqualTo("desk");
        assertThat(leaf.subject()).contains(person);
        assertThat(leaf.details())
                .containsEntry("request", request.id().toString())
                .containsEntry("due", "2026-04-10T22:00:00Z");
    }

    @Test
    void whatNeedsNoVerificationIsOpenAtOnce() {
        assertThat(open(Type.OPT_OUT).state()).isEqualTo(State.OPEN);
        assertThat(world.acts()).containsExactly(Act.REQUEST_RECEIVED, Act.REQUEST_VERIFIED);
    }

    @Test
    void refusesAPlaceOrAChannelThatIsNone() {
        refused(
                Kind.INVALID,
                "jurisdiction",
                () -> rights.open(DESK, new NewRequest(person, Type.ACCESS, "Germany", "web")));
        refused(
                Kind.INVALID,
                "channel",
                () -> rights.open(DESK, new NewRequest(person, Type.ACCESS, "DE", "by letter, to me")));
        assertThat(world.leaves).isEmpty();
    }

    private NewRequest arrived(Instant at) {
        return new NewRequest(person, Type.ACCESS, "DE", "letter", Set.of(), Optional.of(at));
    }

    @Test
    void whatLayUnopenedIsCountedFromItsArrival() {
        Instant then = world.now.minus(Duration.ofDays(9));
        Request request = rights.open(DESK, arrived(then));
        assertThat(request.received()).isEqualTo(then);
        assertThat(request.deadlines().lastDay()).isEqualTo("2026-04-01");
        assertThat(world.leaves.get(0).at()).isEqualTo(world.now);
        assertThat(world.leaves.get(0).details()).containsEntry("received", then.toString());
        assertThat(rights.sendCode(DESK, request.id()).deadlines().lastDay()).isEqualTo("2026-04-01");
    }

    @Test
    void whatIsOverdueWhenItIsOpenedIsDueFirst() {
        Request recent = open(Type.ACCESS);
        Request late = rights.open(DESK, arrived(world.now.minus(Duration.ofDays(60))));
        assertThat(rights.due(DESK, 60, 10)).containsExactly(late, recent);
    }

    @Test
    void nothingArrivesInTheFutureNorLongerAgoThanAYear() {
        Instant first = world.now.minus(Duration.ofDays(366));
        assertThat(rights.open(DESK, arrived(first)).received()).isEqualTo(first);
        assertThat(rights.open(DESK, arrived(world.now)).received()).isEqualTo(world.now);
        world.leaves.clear();
        for (Instant at : List.of(first.minusMillis(1), world.now.plusMillis(1), Instant.MIN, Instant.MAX)) {
            refused(Kind.INVALID, "received", () -> rights.open(DESK, arrived(at)));
        }
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void anotherTenantSeesNothing() {
        Request request = open(Type.ACCESS);
        Caller other = new Caller(new TenantId("anyip"), "desk", Set.of(Role.OPERATOR, Role.OFFICER));
        refused(Kind.NOT_FOUND, "no such request", () -> rights.request(other, request.id()));
        refused(Kind.NOT_FOUND, "no such request", () -> rights.withdraw(other, request.id()));
        assertThat(rights.ofSubject(other, person)).isEmpty();
        assertThat(rights.due(other, 3650, 10)).isEmpty();
    }

    @Test
    void everyStepAsksForItsRole() {
        Request request = verified(Type.ACCESS);
        Caller viewer = new Caller(KORAX, "eve", Set.of(Role.VIEWER, Role.INTEGRATOR, Role.PARTNER));
        UUID id = request.id();
        List<ThrowingCallable> calls = List.of(
                () -> rights.open(OLGA, new NewRequest(person, Type.ACCESS, "DE", "web")),
                () -> rights.request(viewer, id),
                () -> rights.ofSubject(viewer, person),
                () -> rights.due(viewer, 1, 1),
                () -> rights.acknowledge(OLGA, id),
                () -> rights.sendCode(OLGA, id),
                () -> rights.checkCode(OLGA, id, "000000"),
                () -> rights.assertLogin(OLGA, id),
                () -> rights.extend(DESK, id, COMPLEX),
                () -> rights.refuse(DESK, id, Ground.EXCESSIVE),
                () -> rights.withdraw(OLGA, id),
                () -> rights.fulfil(OLGA, id));
        calls.forEach(call -> refused(Kind.DENIED, "this takes one of the roles", call));
        assertThat(rights.request(OLGA, id)).isEqualTo(request);
    }

    @Test
    void confirmingARequestIsRecordedOnce() {
        Request request = rights.open(DESK, new NewRequest(person, Type.ACCESS, "US-CA", "web"));
        assertThat(request.deadlines().next())
                .isEqualTo(request.deadlines().acknowledgeBy().orElseThrow());
        Request confirmed = rights.acknowledge(DESK, request.id());
        assertThat(confirmed.deadlines().next()).isEqualTo(request.deadlines().answerBy());
        world.later(Duration.ofDays(1));
        assertThat(rights.acknowledge(DESK, request.id())).isEqualTo(confirmed);
        assertThat(world.acts()).containsExactly(Act.REQUEST_RECEIVED, Act.REQUEST_ACKNOWLEDGED);
    }

    // who asks

    @Test
    void theRightCodeOpensARequestAndLeavesNoTrace() {
        Request request = open(Type.ACCESS);
        Request verifying = rights.sendCode(DESK, request.id());
        assertThat(verifying.state()).isEqualTo(State.VERIFYING);
        assertThat(world.code()).matches("[0-9]{6}");
        CodeCheck check = rights.checkCode(DESK, request.id(), world.code());
        assertThat(check.verified()).isTrue();
        assertThat(check.request().state()).isEqualTo(State.OPEN);
        assertThat(check.request().verifiedBy()).contains(Method.MAIL_CODE);
        assertThat(kept(request)).isFalse();
        assertThat(world.leaves.toString()).doesNotContain(world.code());
        refused(Kind.CONFLICT, "nothing is left", () -> rights.checkCode(DESK, request.id(), world.code()));
    }

    @Test
    void theCodeCanBeTypedAlsoWhereTheMachineWritesOtherDigits() {
        Locale machine = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            rights.sendCode(DESK, open(Type.ACCESS).id());
        } finally {
            Locale.setDefault(machine);
        }
        assertThat(world.code()).matches("[0-9]{6}");
    }

    private boolean kept(Request request) {
        return world.store.required(() -> world.store.codes(KORAX, request.id()).isPresent());
    }

    @Test
    void aCodeRunsOutAfterTenMinutes() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        world.later(Duration.ofMinutes(10));
        assertThat(rights.checkCode(DESK, request.id(), world.code()).verified())
                .isFalse();
        Request other = rights.sendCode(DESK, open(Type.ERASURE).id());
        world.later(Duration.ofMinutes(10).minusNanos(1000));
        assertThat(rights.checkCode(DESK, other.id(), world.code()).verified()).isTrue();
    }

    @Test
    void threeWrongCodesLockARequestAlsoForTheRightOneAndForAnother() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        String right = world.code();
        assertThat(Stream.of(wrong(), "", "1234567")
                        .map(wrong -> rights.checkCode(DESK, request.id(), wrong))
                        .peek(check -> assertThat(check.verified()).isFalse())
                        .map(CodeCheck::locked))
                .containsExactly(false, false, true);
        CodeCheck late = rights.checkCode(DESK, request.id(), right);
        assertThat(late.verified()).isFalse();
        assertThat(late.locked()).isTrue();
        assertThat(rights.sendCode(DESK, request.id()).state()).isEqualTo(State.VERIFYING);
        assertThat(world.count("send")).isEqualTo(1);
        assertThat(world.acts()).filteredOn(Act.REQUEST_CODE_REFUSED::equals).hasSize(4);
        assertThat(rights.assertLogin(DESK, request.id()).state()).isEqualTo(State.OPEN);
    }

    @Test
    void onlyTheLastCodeOfARequestCountsAndThereAreThree() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        String first = world.code();
        rights.sendCode(DESK, request.id());
        rights.sendCode(DESK, request.id());
        rights.sendCode(DESK, request.id());
        assertThat(world.count("send")).isEqualTo(3);
        if (!first.equals(world.code())) {
            assertThat(rights.checkCode(DESK, request.id(), first).verified()).isFalse();
        }
        assertThat(rights.checkCode(DESK, request.id(), world.code()).verified())
                .isTrue();
    }

    @Test
    void withTheLastOfThreeCodesRunOutARequestTakesNoMore() {
        Request request = open(Type.ACCESS);
        assertThat(rights.checkCode(DESK, request.id(), "wrong").locked()).isFalse();
        for (int i = 0; i < 3; i++) {
            rights.sendCode(DESK, request.id());
        }
        world.later(Duration.ofMinutes(10).minusNanos(1000));
        assertThat(rights.checkCode(DESK, request.id(), wrong()).locked()).isFalse();
        world.later(Duration.ofNanos(1000));
        assertThat(rights.checkCode(DESK, request.id(), wrong()).locked()).isTrue();
    }

    private void fail(SubjectId of, int times) {
        for (int left = times; left > 0; left -= 3) {
            Request request = rights.sendCode(DESK, open(Type.ACCESS, of).id());
            for (int i = 0; i < Math.min(3, left); i++) {
                rights.checkCode(DESK, request.id(), "wrong");
            }
        }
    }

    @Test
    void sixWrongCodesADayLockEveryRequestOfAPersonUntilTheNext() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        String right = world.code();
        fail(person, 6);
        int sent = world.count("send");
        assertThat(rights.checkCode(DESK, request.id(), right).verified()).isFalse();
        Request another = rights.sendCode(DESK, open(Type.ERASURE).id());
        assertThat(another.state()).isEqualTo(State.VERIFYING);
        assertThat(world.count("send")).isEqualTo(sent);
        SubjectId neighbour = world.person("DE", "email");
        Request theirs = rights.sendCode(DESK, open(Type.ACCESS, neighbour).id());
        assertThat(rights.checkCode(DESK, theirs.id(), world.code()).verified()).isTrue();
        world.later(Duration.ofDays(1));
        world.watch.run();
        rights.sendCode(DESK, another.id());
        assertThat(rights.checkCode(DESK, another.id(), world.code()).verified())
                .isTrue();
    }

    @Test
    void aPersonIsSentTenCodesADayOverAllTheirRequests() {
        for (int i = 0; i < 12; i++) {
            assertThat(rights.sendCode(DESK, open(Type.ACCESS).id()).state()).isEqualTo(State.VERIFYING);
        }
        assertThat(world.count("send")).isEqualTo(10);
        world.later(Duration.ofDays(1));
        rights.sendCode(DESK, open(Type.ACCESS).id());
        assertThat(world.count("send")).isEqualTo(11);
    }

    @Test
    void aCodeOfAnotherRequestIsWrong() {
        Request mine = rights.sendCode(DESK, open(Type.ACCESS).id());
        String code = world.code();
        Request others =
                rights.sendCode(DESK, open(Type.ACCESS, world.person("DE")).id());
        if (!code.equals(world.code())) {
            assertThat(rights.checkCode(DESK, others.id(), code).verified()).isFalse();
        }
        assertThat(rights.checkCode(DESK, mine.id(), code).verified()).isTrue();
    }

    @Test
    void nobodyLearnsFromAnAnswerWhetherSomebodyIsKnown() {
        SubjectId unknown = SubjectId.random();
        Request known = open(Type.ACCESS);
        Request nobody = open(Type.ACCESS, unknown);
        assertThat(shape(nobody)).isEqualTo(shape(known));
        assertThat(shape(rights.sendCode(DESK, nobody.id()))).isEqualTo(shape(rights.sendCode(DESK, known.id())));
        assertThat(world.count("send")).isEqualTo(1);
        String wrong = wrong();
        for (int i = 0; i < 4; i++) {
            CodeCheck one = rights.checkCode(DESK, known.id(), wrong);
            CodeCheck two = rights.checkCode(DESK, nobody.id(), wrong);
            assertThat(one.verified()).isEqualTo(two.verified()).isFalse();
            assertThat(one.locked()).isEqualTo(two.locked()).isEqualTo(i >= 2);
            assertThat(shape(one.request())).isEqualTo(shape(two.request()));
        }
        assertThat(shape(rights.withdraw(DESK, nobody.id()))).isEqualTo(shape(rights.withdraw(DESK, known.id())));
        Request optOut = open(Type.OPT_OUT, unknown);
        assertThat(shape(rights.fulfil(DESK, optOut.id()).request()))
                .isEqualTo(shape(rights.fulfil(DESK, open(Type.OPT_OUT).id()).request()));
    }

    /** Everything but whom and which. */
    private static List<Object> shape(Request request) {
        return List.of(
                request.state(),
                request.deadlines(),
                request.verifiedBy(),
                request.received(),
                request.closing(),
                request.carriedOut());
    }

    @Test
    void thatACodeCouldNotBeQueuedIsNotTold() {
        Request request = open(Type.ACCESS);
        world.refusal = Optional.of(new PledgeException(Kind.CONFLICT, "no email address is held"));
        assertThat(rights.sendCode(DESK, request.id()).state()).isEqualTo(State.VERIFYING);
    }

    @Test
    void whereFinancialDataIsHeldACodeIsNotEnough() {
        SubjectId payer = world.person("DE", "card-holder");
        Request request = rights.sendCode(DESK, open(Type.ACCESS, payer).id());
        assertThat(request.state()).isEqualTo(State.VERIFYING);
        assertThat(world.count("send")).isZero();
        rights.sendCode(DESK, open(Type.ERASURE, payer).id());
        assertThat(world.count("send")).isEqualTo(1);
        assertThat(rights.assertLogin(DESK, request.id()).verifiedBy()).contains(Method.ACCOUNT_LOGIN);
    }

    @Test
    void nothingIsSentWithoutATemplateOrSomebodyWhoSends() {
        Request request = open(Type.ACCESS);
        world.template = false;
        refused(Kind.CONFLICT, "verification-code", () -> rights.sendCode(DESK, request.id()));
        world.messenger = false;
        refused(Kind.UNAVAILABLE, "nobody is there", () -> rights.sendCode(DESK, request.id()));
        assertThat(rights.request(DESK, request.id())).isEqualTo(request);
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"ERASURE", "DISCLOSURES", "RESTRICTION"})
    void aLoginAsSomebodyUnknownIsAnsweredAsOneOfWhomNothingIsHeld(Type type) {
        Request nobodys = open(type, SubjectId.random());
        Request known = open(type, world.person("DE"));
        assertThat(shape(rights.assertLogin(DESK, nobodys.id())))
                .isEqualTo(shape(rights.assertLogin(DESK, known.id())));
        Fulfilment one = rights.fulfil(DESK, nobodys.id());
        Fulfilment two = rights.fulfil(DESK, known.id());
        assertThat(shape(one.request())).isEqualTo(shape(two.request()));
        assertThat(one.request().state()).isEqualTo(State.FULFILLED);
        assertThat(one.disclosures()).isEqualTo(two.disclosures());
        assertThat(one.recipients()).isEqualTo(two.recipients());
        assertThat(one.digest()).isEqualTo(two.digest());
        if (type == Type.RESTRICTION) {
            assertThat(rights.lift(DESK, nobodys.id())).isEqualTo(one.request());
            assertThat(rights.lift(DESK, known.id())).isEqualTo(two.request());
        }
    }

    // the clock

    @Test
    void theClockStandsStillWhileItIsVerifiedWhoAsks() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        world.later(Duration.ofDays(4));
        assertThat(rights.request(DESK, request.id()).deadlines().lastDay()).isEqualTo("2026-04-14");
        rights.sendCode(DESK, request.id());
        Request open = rights.checkCode(DESK, request.id(), world.code()).request();
        assertThat(open.deadlines().lastDay()).isEqualTo("2026-04-14");
        world.later(Duration.ofDays(10));
        assertThat(rights.request(DESK, request.id()).deadlines().lastDay()).isEqualTo("2026-04-14");
    }

    @Test
    void onceItIsVerifiedTheLawOfWhereThePersonLivesCountsToo() {
        Request request = rights.open(DESK, new NewRequest(person, Type.ACCESS, "US-CA", "web"));
        assertThat(request.deadlines().law()).isEqualTo("ccpa");
        Request verified = rights.assertLogin(DESK, request.id());
        assertThat(verified.deadlines().law()).isEqualTo("gdpr");
        assertThat(verified.deadlines().answerBy()).isBefore(request.deadlines().answerBy());
    }

    @Test
    void anExtensionGivesThreeMonthsFromTheArrival() {
        Request request = verified(Type.ACCESS);
        Request longer = rights.extend(OLGA, request.id(), COMPLEX);
        assertThat(longer.state()).isEqualTo(State.EXTENDED);
        assertThat(longer.deadlines().lastDay()).isEqualTo("2026-06-10");
        assertThat(rights.extend(OLGA, request.id(), COMPLEX)).isEqualTo(longer);
        refused(
                Kind.CONFLICT,
                "extended once",
                () -> rights.extend(OLGA, request.id(), new Extension(Reason.NUMBER_OF_REQUESTS, COMPLEX.noticed())));
        assertThat(world.acts()).filteredOn(Act.REQUEST_EXTENDED::equals).hasSize(1);
    }

    @Test
    void anExtensionComesBeforeTheFirstDeadlineOrNever() {
        Request request = verified(Type.ACCESS);
        Request other = verified(Type.ERASURE);
        world.now = request.deadlines().answerBy().minusNanos(1000);
        Extension last = new Extension(Reason.COMPLEXITY, request.deadlines().lastDay());
        refused(
                Kind.INVALID,
                "noticed",
                () -> rights.extend(
                        OLGA,
                        request.id(),
                        new Extension(Reason.COMPLEXITY, last.noticed().plusDays(1))));
        refused(
                Kind.INVALID,
                "noticed",
                () -> rights.extend(
                        OLGA,
                        request.id(),
                        new Extension(Reason.COMPLEXITY, COMPLEX.noticed().minusDays(1))));
        assertThat(rights.extend(OLGA, request.id(), last).state()).isEqualTo(State.EXTENDED);
        world.now = request.deadlines().answerBy();
        refused(Kind.CONFLICT, "has passed", () -> rights.extend(OLGA, other.id(), last));
    }

    @Test
    void whatNoLawLengthensIsNotExtended() {
        Request optOut = rights.open(DESK, new NewRequest(person, Type.OPT_OUT, "US-CA", "web"));
        refused(Kind.CONFLICT, "no law lets", () -> rights.extend(OLGA, optOut.id(), COMPLEX));
        refused(
                Kind.CONFLICT,
                "not verified",
                () -> rights.extend(OLGA, open(Type.ACCESS).id(), COMPLEX));
    }

    @Test
    void listsWhatIsDueWithTheLongestOverdueFirst() {
        Request first = verified(Type.ACCESS);
        world.later(Duration.ofDays(2));
        Request second = verified(Type.ERASURE);
        Request done = open(Type.COMPLAINT);
        rights.fulfil(DESK, done.id());
        assertThat(rights.due(DESK, 0, 10)).isEmpty();
        world.now = first.deadlines().answerBy();
        assertThat(rights.due(DESK, 0, 10)).containsExactly(first);
        assertThat(rights.due(DESK, 30, 10)).containsExactly(first, second);
        refused(Kind.INVALID, "days", () -> rights.due(DESK, -1, 10));
        refused(Kind.INVALID, "limit", () -> rights.due(DESK, 1, 0));
    }

    @Test
    void aDeadlineThatPassedIsRecordedAndToldOnce() {
        Request request = rights.open(DESK, new NewRequest(person, Type.ACCESS, "US-CA", "web"));
        Instant confirm = request.deadlines().acknowledgeBy().orElseThrow();
        world.now = confirm.minusNanos(1000);
        world.watch.run();
        assertThat(world.escalated).isEmpty();
        world.now = confirm;
        world.watch.run();
        world.watch.run();
        assertThat(world.escalated).hasSize(1);
        rights.acknowledge(DESK, request.id());
        world.now = request.deadlines().answerBy();
        world.watch.run();
        world.watch.run();
        assertThat(world.escalated).hasSize(2);
        assertThat(world.leaves.stream()
                        .filter(leaf -> leaf.act() == Act.REQUEST_OVERDUE)
                        .map(leaf -> leaf.details().get("deadline")))
                .containsExactly("acknowledgement", "answer");
        assertThat(world.leaves.get(world.leaves.size() - 1).actor()).isEqualTo("system");
    }

    @Test
    void aClockThatStandsStillDoesNotPass() {
        Request request = open(Type.ACCESS);
        world.now = request.deadlines().answerBy().minus(Duration.ofDays(5));
        rights.sendCode(DESK, request.id());
        world.later(Duration.ofDays(10));
        world.watch.run();
        world.watch.run();
        assertThat(world.escalated).isEmpty();
        rights.assertLogin(DESK, request.id());
        world.later(Duration.ofDays(6));
        world.watch.run();
        assertThat(world.escalated).hasSize(1);
    }

    @Test
    void afterFourteenDaysTheClockGoesOnByItself() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        world.later(Duration.ofDays(13));
        assertThat(rights.request(DESK, request.id()).deadlines().lastDay()).isEqualTo("2026-04-23");
        world.later(Duration.ofDays(20));
        rights.sendCode(DESK, request.id());
        Instant answerBy = rights.request(DESK, request.id()).deadlines().answerBy();
        assertThat(rights.request(DESK, request.id()).deadlines().lastDay()).isEqualTo("2026-04-24");
        world.now = answerBy.minusNanos(1000);
        world.watch.run();
        assertThat(world.escalated).isEmpty();
        world.now = answerBy;
        world.watch.run();
        assertThat(world.escalated).hasSize(1);
        assertThat(rights.due(DESK, 0, 10)).hasSize(1);
        Request verified = rights.assertLogin(DESK, request.id());
        assertThat(verified.deadlines().answerBy()).isEqualTo(answerBy);
    }

    // the answer

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"ACCESS", "ERASURE", "DISCLOSURES", "RECTIFICATION", "PORTABILITY", "CHILD_REMOVAL"})
    void nothingIsDoneForSomebodyUnverified(Type type) {
        Request request = open(type);
        refused(Kind.CONFLICT, "not verified who asks", () -> rights.fulfil(DESK, request.id()));
        rights.sendCode(DESK, request.id());
        refused(Kind.CONFLICT, "not verified who asks", () -> rights.fulfil(DESK, request.id()));
        assertThat(world.count("close") + world.count("removeContact")).isZero();
    }

    @Test
    void whatIsAnsweredElsewhereIsRecorded() {
        Request request = verified(Type.ACCESS);
        Fulfilment done = rights.fulfilByHand(DESK, request.id());
        assertThat(done.request().state()).isEqualTo(State.FULFILLED);
        assertThat(done.request().closing().orElseThrow().by()).isEqualTo("desk");
        world.later(Duration.ofDays(1));
        assertThat(rights.fulfil(DESK, request.id())).isEqualTo(done);
        assertThat(world.acts()).filteredOn(Act.REQUEST_FULFILLED::equals).hasSize(1);
    }

    @Test
    void anOptOutWithdrawsEveryConsent() {
        rights.fulfil(DESK, open(Type.OPT_OUT).id());
        Withdrawal everything = (Withdrawal) world.calls.get("withdraw").get(0)[2];
        assertThat(everything).isEqualTo(new Withdrawal(Optional.empty(), Optional.empty(), Set.of(), "web"));
    }

    @Test
    void theListOfDisclosuresHasWhatMayHaveLeftAndItsHashIsRecorded() {
        world.disclosure(person, "one", SharingService.State.DELIVERED, 1);
        world.disclosure(person, "two", SharingService.State.SENDING, 1);
        world.disclosure(person, "three", SharingService.State.PARKED, 5);
        world.disclosure(person, "four", SharingService.State.CANCELLED, 0);
        world.disclosure(person, "five", SharingService.State.QUEUED, 0);
        Fulfilment answer = rights.fulfil(DESK, verified(Type.DISCLOSURES).id());
        assertThat(answer.disclosures())
                .extracting(SharingService.Disclosure::partner)
                .containsExactly("one", "two", "three");
        Leaf leaf = world.leaves.get(world.leaves.size() - 1);
        assertThat(leaf.details())
                .containsEntry("disclosures", "3")
                .containsEntry("sha256", answer.digest().orElseThrow());
        assertThat(rights.fulfil(DESK, answer.request().id())).isEqualTo(answer);
    }

    @Test
    void aRepeatedListHasNothingThatCameWhenItWasAnsweredOrLater() {
        world.disclosure(person, "before", SharingService.State.DELIVERED, 1);
        world.later(Duration.ofSeconds(60));
        world.disclosure(person, "earlier", SharingService.State.DELIVERED, 1);
        Request request = verified(Type.DISCLOSURES);
        world.now = world.disclosures.get(1).created();
        Fulfilment answer = rights.fulfil(DESK, request.id());
        assertThat(answer.disclosures())
                .extracting(SharingService.Disclosure::partner)
                .containsExactly("before");
        world.later(Duration.ofDays(1));
        world.disclosure(person, "after", SharingService.State.DELIVERED, 1);
        assertThat(rights.fulfil(DESK, request.id())).isEqualTo(answer);
    }

    @Test
    void everyListThatIsGivenOutIsOnTheRecordAsItIs() {
        world.disclosure(person, "one", SharingService.State.DELIVERED, 1);
        world.disclosure(person, "waiting", SharingService.State.QUEUED, 0);
        Request request = verified(Type.DISCLOSURES);
        world.later(Duration.ofSeconds(60));
        Fulfilment first = rights.fulfil(DESK, request.id());
        world.disclosures.remove(1);
        world.later(Duration.ofSeconds(-60));
        world.disclosure(person, "waiting", SharingService.State.DELIVERED, 1);
        world.later(Duration.ofDays(1));
        Fulfilment second = rights.fulfil(DESK, request.id());
        assertThat(second.disclosures()).hasSize(2);
        assertThat(second.digest()).isNotEqualTo(first.digest());
        assertThat(second.request()).isEqualTo(first.request());
        Leaf leaf = world.leaves.get(world.leaves.size() - 1);
        assertThat(leaf.act()).isEqualTo(Act.DISCLOSURES_LISTED);
        assertThat(leaf.details())
                .containsEntry("request", request.id().toString())
                .containsEntry("disclosures", "2")
                .containsEntry("sha256", second.digest().orElseThrow());
    }

    @Test
    void anErasureRemovesThePersonAndNobodyElse() {
        SubjectId contact = world.contactOf(person);
        rights.fulfil(
                DESK, rights.assertLogin(DESK, open(Type.ERASURE, contact).id()).id());
        assertThat(world.knows(contact)).isFalse();
        assertThat(world.knows(person)).isTrue();
        Fulfilment done = rights.fulfil(DESK, verified(Type.ERASURE).id());
        assertThat(world.knows(person)).isFalse();
        assertThat(done.request().state()).isEqualTo(State.FULFILLED);
        assertThat(rights.fulfil(DESK, done.request().id())).isEqualTo(done);
        assertThat(world.acts()).endsWith(Act.REQUEST_CARRIED_OUT, Act.REQUEST_FULFILLED);
    }

    @Test
    void anErasureStaysOpenWhileALegalHoldKeepsSomethingAndResumesByItself() {
        Request request = verified(Type.ERASURE);
        world.held.add(person);
        Fulfilment done = rights.fulfil(DESK, request.id());
        assertThat(done.request().state()).isEqualTo(State.OPEN);
        assertThat(done.request().carriedOut()).isPresent();
        assertThat(done.kept()).singleElement().satisfies(kept -> {
            assertThat(kept.category()).isEqualTo("email");
            assertThat(kept.ground()).isEqualTo("LAW");
        });
        world.watch.run();
        assertThat(rights.request(DESK, request.id()).state()).isEqualTo(State.OPEN);
        world.held.clear();
        world.watch.run();
        assertThat(rights.request(DESK, request.id()).state()).isEqualTo(State.FULFILLED);
        assertThat(world.knows(person)).isFalse();
    }

    @Test
    void aCodeThatWasSentBeforeALoginWasNeededDoesNotVerify() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        world.hold(person, "card-holder");
        assertThat(rights.checkCode(DESK, request.id(), world.code()).verified())
                .isFalse();
    }

    @Test
    void whoNeverConfirmedARequestIsToldOfItsAnswersDeadlineToo() {
        Request request = open(Type.COMPLAINT);
        assertThat(request.deadlines().acknowledgeBy()).isPresent();
        world.now = request.deadlines().acknowledgeBy().orElseThrow();
        world.watch.run();
        assertThat(world.escalated).hasSize(1);
        world.now = request.deadlines().answerBy();
        world.watch.run();
        assertThat(world.escalated).hasSize(2);
    }

    @Test
    void aRemovalWaitsForItsLastRecipient() {
        world.notice(person, "parcel-post", NoticeService.State.CONFIRMED);
        world.notice(person, "mail", NoticeService.State.DELIVERED);
        world.notice(person, "mail", NoticeService.State.DROPPED);
        Request request = verified(Type.ERASURE);
        Fulfilment waiting = rights.fulfil(DESK, request.id());
        assertThat(waiting.awaiting()).isEqualTo(1);
        assertThat(waiting.request().state()).isEqualTo(State.OPEN);
        assertThat(waiting.request().carriedOut()).isPresent();
        assertThat(rights.fulfil(DESK, request.id())).isEqualTo(waiting);
        assertThat(world.knows(person)).isFalse();
        refused(Kind.CONFLICT, "was done already", () -> rights.withdraw(DESK, request.id()));
        refused(Kind.CONFLICT, "was done already", () -> rights.refuse(OLGA, request.id(), Ground.EXCESSIVE));
        world.now = request.deadlines().answerBy();
        world.watch.run();
        assertThat(rights.request(DESK, request.id()).state()).isEqualTo(State.OPEN);
        assertThat(world.escalated).hasSize(1);
        world.notices.clear();
        world.notice(person, "mail", NoticeService.State.CONFIRMED);
        world.watch.run();
        assertThat(rights.request(DESK, request.id()).state()).isEqualTo(State.FULFILLED);
    }

    @Test
    void aRemovalThatTheRulesForbidIsNotRecordedAsDone() {
        Request request = verified(Type.ERASURE);
        world.refusal = Optional.of(
                new PledgeException(Kind.CONFLICT, "a complete contact must remain").remedy("Give another all roles."));
        refused(Kind.CONFLICT, "complete contact", () -> rights.fulfil(DESK, request.id()));
        assertThat(rights.request(DESK, request.id())).isEqualTo(request);
        assertThat(world.acts()).doesNotContain(Act.REQUEST_CARRIED_OUT);
    }

    @Test
    void aRestrictionIsCarriedOutAndLifted() {
        Request request = verified(Type.RESTRICTION);
        refused(Kind.CONFLICT, "carried out", () -> rights.lift(DESK, request.id()));
        assertThat(rights.fulfil(DESK, request.id()).request().state()).isEqualTo(State.FULFILLED);
        assertThat(world.calls.get("restrict")).singleElement().satisfies(call -> assertThat(call[1])
                .isEqualTo(person));
        rights.lift(DESK, request.id());
        assertThat(world.count("lift")).isEqualTo(1);
        refused(
                Kind.CONFLICT,
                "carried out",
                () -> rights.lift(DESK, verified(Type.ERASURE).id()));
    }

    @Test
    void anObjectionLastsAndNamesWhatGoesOn() {
        Request request = verified(Type.OBJECTION);
        Fulfilment done = rights.fulfil(DESK, request.id());
        assertThat(done.request().state()).isEqualTo(State.FULFILLED);
        assertThat(done.goingOn()).containsExactly("payment");
        Object[] call = world.calls.get("object").get(0);
        assertThat(call[1]).isEqualTo(person);
        assertThat(call[2]).isEqualTo(Optional.empty());
        rights.lift(DESK, request.id());
        assertThat(world.count("liftObjection")).isEqualTo(1);
    }

    @Test
    void aRefusalNamesItsGroundAndPurgesTheCodes() {
        Request request = rights.sendCode(DESK, open(Type.ACCESS).id());
        assertThat(kept(request)).isTrue();
        Request refusal = rights.refuse(OLGA, request.id(), Ground.UNVERIFIED);
        assertThat(refusal.closing().orElseThrow().ground()).contains(Ground.UNVERIFIED);
        assertThat(kept(request)).isFalse();
        assertThat(rights.refuse(OLGA, request.id(), Ground.UNVERIFIED)).isEqualTo(refusal);
        refused(Kind.CONFLICT, "closed", () -> rights.refuse(OLGA, request.id(), Ground.EXCESSIVE));
        refused(
                Kind.CONFLICT,
                "nothing is left to verify",
                () -> rights.refuse(OLGA, verified(Type.ACCESS).id(), Ground.UNVERIFIED));
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"FULFILLED", "REFUSED", "WITHDRAWN"})
    void nothingFollowsAClosedRequest(State end) {
        UUID id = verified(Type.ACCESS).id();
        switch (end) {
            case FULFILLED -> rights.fulfilByHand(DESK, id);
            case REFUSED -> rights.refuse(OLGA, id, Ground.EXCESSIVE);
            default -> rights.withdraw(DESK, id);
        }
        List<Leaf> before = List.copyOf(world.leaves);
        List<ThrowingCallable> steps = new ArrayList<>(List.of(
                () -> rights.acknowledge(DESK, id),
                () -> rights.sendCode(DESK, id),
                () -> rights.checkCode(DESK, id, "000000"),
                () -> rights.assertLogin(DESK, id),
                () -> rights.extend(OLGA, id, COMPLEX),
                () -> rights.refuse(OLGA, id, Ground.LEGAL_CLAIMS)));
        if (end != State.WITHDRAWN) {
            steps.add(() -> rights.withdraw(DESK, id));
        }
        if (end != State.FULFILLED) {
            steps.add(() -> rights.fulfil(DESK, id));
        }
        steps.forEach(step -> refused(Kind.CONFLICT, "closed", step));
        assertThat(rights.request(DESK, id).state()).isEqualTo(end);
        assertThat(world.leaves).isEqualTo(before);
    }
}
