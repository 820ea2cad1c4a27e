package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Told;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;

class NoticeTest {
    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);

    @AfterEach
    void close() {
        world.close();
    }

    private Delivery deliver(Delivery delivery, Result result, int status) {
        world.outbox.complete(delivery, result, status);
        return delivery;
    }

    /** A newsletter disclosure that mailhaus received. */
    private UUID received(String... fields) {
        world.optIn("name", "email");
        world.shareNewsletter(fields);
        Delivery delivery = world.claimOne("mailhaus");
        world.outbox.load(delivery);
        return deliver(delivery, Result.DELIVERED, 200).disclosure();
    }

    @Test
    void waitsAsLongAsThePartnerAsksForBeforeItIsToldAgain() {
        received("email");
        withdrawAll();
        world.outbox.complete(world.claimOne("mailhaus"), Result.FAILED, 429, Duration.ofMinutes(10));
        world.clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(1));
        assertThat(world.claimOne("mailhaus").attempt()).isEqualTo(2);
    }

    private Effect withdraw(Withdrawal withdrawal) {
        return world.consents.withdraw(KORAX, world.anna, withdrawal);
    }

    private Effect withdrawAll() {
        return withdraw(FakeConsents.everything());
    }

    private static Withdrawal of(String... categories) {
        return new Withdrawal(Optional.empty(), Optional.empty(), Set.of(categories), "web");
    }

    private void correct(Map<String, List<String>> values, String... fields) {
        world.store.required(() -> {
            world.subjects.hold(world.anna, values);
            world.recipients.corrected(KORAX, world.anna, Set.of(fields));
        });
    }

    private Notice notice(UUID id) {
        return world.notices.notice(world.operator, id);
    }

    private Notice only() {
        List<Notice> all = all();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<Notice> all() {
        return world.notices
                .ofSubject(world.operator, world.anna, Optional.empty(), 100)
                .items();
    }

    private List<Leaf> leaves(Act act) {
        return world.audit.leaves(act);
    }

    private static void assertRefused(ThrowingCallable call, PledgeException.Kind kind) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    // whom to tell

    @Test
    void aWithdrawalTellsOfMoreDisclosuresThanOneDetailOfTheRecordHolds() {
        Set<String> received = new HashSet<>();
        for (int i = 0; i < 120; i++) {
            received.add(received("name", "email").toString());
        }

        assertThat(withdrawAll().told()).hasSize(2);

        Set<String> recorded = leaves(Act.NOTICE_QUEUED).stream()
                .flatMap(leaf -> leaf.details().entrySet().stream())
                .filter(detail -> detail.getKey().matches("disclosures(-[0-9]+)?"))
                .flatMap(detail -> Stream.of(detail.getValue().split(",")))
                .collect(Collectors.toSet());
        assertThat(recorded).isEqualTo(received);
    }

    @Test
    void aWithdrawalTellsWhoReceivedTheDataAndSaysSoOnTheReceipt() {
        UUID disclosure = received("name", "email");
        Effect effect = withdrawAll();
        Notice notice = only();
        assertThat(effect.told()).containsExactly(new Told(notice.id(), "mailhaus"));
        assertThat(effect.inDoubt()).isEmpty();
        assertThat(notice.partner()).isEqualTo("mailhaus");
        assertThat(notice.kind()).isEqualTo(Kind.WITHDRAWAL);
        assertThat(notice.disclosures()).containsExactly(disclosure);
        assertThat(notice.fields()).containsExactlyInAnyOrder("name", "email");
        assertThat(notice.state()).isEqualTo(State.QUEUED);
        assertThat(notice.created()).isEqualTo(world.clock.instant());
        assertThat(leaves(Act.NOTICE_QUEUED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.subject()).contains(world.anna);
            assertThat(leaf.details())
                    .containsEntry("notice", notice.id().toString())
                    .containsEntry("kind", "WITHDRAWAL")
                    .containsEntry("partner", "mailhaus")
                    .containsEntry("fields", "email,name")
                    .containsEntry("disclosures", disclosure.toString());
        });
    }

    @Test
    void aWithdrawalWithoutEarlierRecipientsTellsNobody() {
        world.optIn("email");
        world.shareNewsletter("email");
        Effect effect = withdrawAll();
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.told()).isEmpty();
        assertThat(all()).isEmpty();
        assertThat(leaves(Act.NOTICE_QUEUED)).isEmpty();
    }

    @Test
    void onlyWhatTheWithdrawalCoversCounts() {
        received("name", "email");
        world.sharing.share(
                world.operator,
                new SharingService.Request(
                        world.anna,
                        "cardclear",
                        "payment",
                        List.of("name", "payment-amount"),
                        Optional.empty(),
                        Map.of("payment-amount", "12")));
        Delivery payment = world.claimOne("cardclear");
        deliver(payment, Result.DELIVERED, 200);
        assertThat(withdraw(new Withdrawal(Optional.of("payment"), Optional.empty(), Set.of(), "web"))
                        .told())
                .isEmpty();
        assertThat(withdraw(new Withdrawal(Optional.empty(), Optional.of("countly"), Set.of(), "web"))
                        .told())
                .isEmpty();
        assertThat(withdraw(of("phone")).told()).isEmpty();
        assertThat(withdraw(of("email")).told()).extracting(Told::partner).containsExactly("mailhaus");
        assertThat(only().fields()).containsExactly("email");
    }

    @Test
    void aTryThatFailedMayHaveBeenReadAndIsTold() {
        world.optIn("email");
        world.shareNewsletter("email");
        Delivery failed = deliver(world.claimOne("mailhaus"), Result.FAILED, 500);
        Effect effect = withdrawAll();
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.inDoubt()).hasSize(1);
        assertThat(effect.told()).hasSize(1);
        assertThat(only().disclosures()).containsExactly(failed.disclosure());
    }

    @Test
    void aTryThatIsGivenBackDoesNotCount() {
        received("email");
        withdrawAll();
        Delivery first = world.claimOne("mailhaus");
        world.outbox.giveBack(first);
        assertThat(only().state()).isEqualTo(State.QUEUED);
        world.clock.advance(Duration.ofSeconds(10));
        assertThat(world.claimOne("mailhaus")).isEqualTo(first);
        assertThat(world.audit.leaves(Leaf.Act.NOTICE_FAILED)).isEmpty();
    }

    @Test
    void whatWasStoppedBeforeItsFirstTryLeftIsNotTold() {
        world.optIn("email");
        world.shareNewsletter("email");
        Delivery claimed = world.claimOne("mailhaus");
        world.subjects.hold(world.anna, Map.of());
        assertThat(world.outbox.load(claimed)).isEmpty();
        assertThat(withdrawAll().told()).isEmpty();
    }

    @Test
    void whatWasToldIsNotToldAgainButNewFieldsAndWhatWasGivenUpAre() {
        received("name", "email");
        withdraw(of("email"));
        assertThat(withdraw(of("email")).told()).isEmpty();
        assertThat(withdrawAll().told()).hasSize(1);
        assertThat(all())
                .extracting(Notice::fields)
                .containsExactlyInAnyOrder(Set.of("email"), Set.of("name", "email"));
        assertThat(withdrawAll().told()).isEmpty();
        for (int i = 0; i < 2; i++) {
            world.notices.drop(
                    world.operator,
                    deliver(world.claimOne("mailhaus"), Result.REFUSED, 400).disclosure());
        }
        assertThat(withdrawAll().told()).hasSize(1);
    }

    @Test
    void manyDisclosuresAreSpreadOverSeveralNotices() {
        world.optIn("email");
        List<UUID> disclosures = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            world.shareNewsletter("email");
            disclosures.add(
                    deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200).disclosure());
        }
        assertThat(withdrawAll().told()).hasSize(2);
        assertThat(all().stream().flatMap(notice -> notice.disclosures().stream()))
                .containsExactlyInAnyOrderElementsOf(disclosures);
    }

    @Test
    void aNoticeOfATransactionThatFailsIsNotThere() {
        received("email");
        assertThatThrownBy(() -> world.store.required(() -> {
                    withdrawAll();
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(all()).isEmpty();
        assertThat(leaves(Act.NOTICE_QUEUED)).isEmpty();
    }

    // carrying them

    @Test
    void aWithdrawalNoticeCarriesNamesOnlyAndNeedsNoConsent() {
        UUID disclosure = received("name", "email");
        withdrawAll();
        Delivery delivery = world.claimOne("mailhaus");
        assertThat(delivery.kind()).isEqualTo(Kind.WITHDRAWAL);
        assertThat(delivery.disclosure()).isEqualTo(only().id());
        assertThat(delivery.idempotencyKey()).isEqualTo(only().id().toString());
        assertThat(delivery.created()).isEqualTo(only().created());
        assertThat(world.outbox.load(delivery))
                .contains(Map.of("disclosures", List.of(disclosure.toString()), "fields", List.of("email", "name")));
        assertThat(world.outbox.release(delivery)).isTrue();
        deliver(delivery, Result.DELIVERED, 202);
        assertThat(only().state()).isEqualTo(State.DELIVERED);
        assertThat(only().answer()).hasValue(202);
        assertThat(only().delivered()).contains(world.clock.instant());
        assertThat(leaves(Act.NOTICE_DELIVERED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("status", "202"));
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
    }

    @Test
    void aNoticeNeverOvertakesTheDisclosureThatIsBeingSent() {
        world.optIn("email");
        world.shareNewsletter("email");
        Delivery disclosure = world.claimOne("mailhaus");
        world.outbox.load(disclosure);
        assertThat(world.outbox.release(disclosure)).isTrue();
        Effect effect = withdrawAll();
        assertThat(effect.inDoubt()).hasSize(1);
        assertThat(effect.told()).hasSize(1);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        deliver(disclosure, Result.DELIVERED, 200);
        Delivery notice = world.claimOne("mailhaus");
        assertThat(notice.kind()).isEqualTo(Kind.WITHDRAWAL);
        assertThat(notice(notice.disclosure()).disclosures()).containsExactly(disclosure.disclosure());
    }

    @Test
    void aNoticeWaitsNoLongerThanTheClaimOfALostDisclosure() {
        world.optIn("email");
        world.shareNewsletter("email");
        Delivery lost = world.claimOne("mailhaus");
        withdrawAll();
        world.clock.advance(Duration.ofSeconds(59));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofSeconds(1));
        List<Delivery> claimed = world.outbox.claim(KORAX, "mailhaus", 10);
        assertThat(claimed).extracting(Delivery::kind).containsExactly(Kind.WITHDRAWAL, Kind.DISCLOSURE);
        assertThat(world.outbox.release(lost)).isFalse();
        assertThat(world.outbox.load(claimed.get(1))).isEmpty();
    }

    @Test
    void noticesGoBeforeDisclosures() {
        received("email");
        SubjectId ben = SubjectId.random();
        world.register(ben);
        world.consents.grant(KORAX, ben, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
        world.sharing.share(
                world.operator,
                new SharingService.Request(
                        ben, "mailhaus", "newsletter", List.of("email"), Optional.empty(), Map.of()));
        world.clock.advance(Duration.ofSeconds(1));
        withdrawAll();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 1))
                .extracting(Delivery::kind)
                .containsExactly(Kind.WITHDRAWAL);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 1))
                .extracting(Delivery::kind)
                .containsExactly(Kind.DISCLOSURE);
    }

    @Test
    void aFailedNoticeIsTriedAgainUnderTheSameKeyAndParkedInTheEnd() {
        received("email");
        withdrawAll();
        Delivery first = deliver(world.claimOne("mailhaus"), Result.FAILED, 503);
        assertThat(only().state()).isEqualTo(State.QUEUED);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofSeconds(15));
        Delivery second = world.claimOne("mailhaus");
        assertThat(second.idempotencyKey()).isEqualTo(first.idempotencyKey());
        assertThat(second.attempt()).isEqualTo(2);
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.outbox.release(second)).isFalse();
        Delivery third = world.claimOne("mailhaus");
        deliver(second, Result.FAILED, 500);
        assertThat(only().state()).isEqualTo(State.SENDING);
        deliver(third, Result.FAILED, 500);
        assertThat(only().state()).isEqualTo(State.PARKED);
        assertThat(world.notices.inState(world.operator, State.PARKED, 10)).containsExactly(only());
        assertThat(leaves(Act.NOTICE_FAILED)).hasSize(2);
        assertThat(leaves(Act.NOTICE_PARKED)).hasSize(1);

        world.notices.retry(world.operator, only().id());
        Delivery fourth = world.claimOne("mailhaus");
        assertThat(fourth.idempotencyKey()).isEqualTo(first.idempotencyKey());
        deliver(fourth, Result.DELIVERED, 200);
        assertThat(only().state()).isEqualTo(State.DELIVERED);
        assertRefused(() -> world.notices.retry(world.operator, only().id()), PledgeException.Kind.CONFLICT);
        assertRefused(() -> world.notices.drop(world.operator, only().id()), PledgeException.Kind.CONFLICT);
    }

    @Test
    void aNoticeThatThePartnerRefusesIsParkedAtOnceAndCanBeDropped() {
        received("email");
        withdrawAll();
        deliver(world.claimOne("mailhaus"), Result.REFUSED, 400);
        assertThat(world.notices.drop(world.operator, only().id()).state()).isEqualTo(State.DROPPED);
        assertThat(leaves(Act.NOTICE_DROPPED)).hasSize(1);
    }

    @Test
    void aSuspendedPartnerIsToldOnceItIsResumed() {
        received("email");
        withdrawAll();
        Delivery delivery = world.claimOne("mailhaus");
        world.partners.suspend(world.integrator, "mailhaus", true);
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(only().state()).isEqualTo(State.QUEUED);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.partners.suspend(world.integrator, "mailhaus", false);
        Delivery again = world.claimOne("mailhaus");
        assertThat(world.outbox.release(again)).isTrue();
    }

    // corrections

    @Test
    void aCorrectionCarriesTheNewValuesOfWhatMayStillGoThere() {
        UUID disclosure = received("name", "email");
        correct(Map.of("email", List.of("new@example.org"), "name", List.of("Anna")), "email", "phone");
        Notice notice = only();
        assertThat(notice.kind()).isEqualTo(Kind.CORRECTION);
        assertThat(notice.fields()).containsExactly("email");
        Delivery delivery = world.claimOne("mailhaus");
        assertThat(delivery.kind()).isEqualTo(Kind.CORRECTION);
        assertThat(world.outbox.load(delivery))
                .contains(Map.of("disclosures", List.of(disclosure.toString()), "email", List.of("new@example.org")));
        assertThat(world.outbox.release(delivery)).isTrue();
        deliver(delivery, Result.DELIVERED, 200);
        assertThat(only().state()).isEqualTo(State.DELIVERED);
    }

    @Test
    void aCorrectionNamesWhatMayNoLongerGoThereOrIsNoLongerHeld() {
        UUID disclosure = received("name", "email");
        withdraw(of("email"));
        deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        correct(Map.of("email", List.of("new@example.org")), "email", "name");
        assertThat(world.outbox.load(world.claimOne("mailhaus")))
                .contains(Map.of("disclosures", List.of(disclosure.toString()), "stale", List.of("email", "name")));
    }

    @Test
    void valuesThatAreWithdrawnBetweenLoadAndReleaseDoNotLeave() {
        received("email");
        correct(Map.of("email", List.of("new@example.org")), "email");
        Delivery loaded = world.claimOne("mailhaus");
        assertThat(world.outbox.load(loaded).orElseThrow()).containsKey("email");
        world.clock.advance(Duration.ofSeconds(1));
        withdrawAll();
        assertThat(world.outbox.release(loaded)).isFalse();
        Delivery again = world.claimOne("mailhaus");
        assertThat(again.kind()).isEqualTo(Kind.CORRECTION);
        assertThat(world.outbox.load(again).orElseThrow())
                .doesNotContainKey("email")
                .containsEntry("stale", List.of("email"));
        assertThat(world.outbox.release(again)).isTrue();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        deliver(again, Result.DELIVERED, 200);
        assertThat(world.claimOne("mailhaus").kind()).isEqualTo(Kind.WITHDRAWAL);
    }

    @Test
    void aCorrectionThatWasNotTriedYetTakesTheNewestValueAndIsNotRepeated() {
        received("email");
        correct(Map.of("email", List.of("first@example.org")), "email");
        correct(Map.of("email", List.of("second@example.org")), "email");
        assertThat(all()).hasSize(1);
        Delivery delivery = world.claimOne("mailhaus");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsEntry("email", List.of("second@example.org"));
        correct(Map.of("email", List.of("third@example.org")), "email");
        assertThat(all()).hasSize(2);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        deliver(delivery, Result.DELIVERED, 200);
        assertThat(world.outbox.load(world.claimOne("mailhaus")).orElseThrow())
                .containsEntry("email", List.of("third@example.org"));
    }

    @Test
    void aCorrectionThatWasTriedIsRepeatedBecauseItsKeyMayBeUsedUp() {
        received("email");
        correct(Map.of("email", List.of("first@example.org")), "email");
        deliver(world.claimOne("mailhaus"), Result.FAILED, 500);
        correct(Map.of("email", List.of("second@example.org")), "email");
        assertThat(all()).hasSize(2);
    }

    @Test
    void aCorrectionTellsRecipientsWithoutConsentToo() {
        assertThat(world.sharing.share(
                        world.operator,
                        new SharingService.Request(
                                world.anna,
                                "cardclear",
                                "payment",
                                List.of("name", "payment-amount"),
                                Optional.empty(),
                                Map.of("payment-amount", "12"))))
                .isInstanceOf(Outcome.Queued.class);
        deliver(world.claimOne("cardclear"), Result.DELIVERED, 200);
        correct(Map.of("name", List.of("Anna New")), "name");
        assertThat(world.outbox.load(world.claimOne("cardclear")).orElseThrow())
                .containsEntry("name", List.of("Anna New"))
                .doesNotContainKey("stale");
    }

    @Test
    void aCorrectionOfWhatNobodyReceivedTellsNobody() {
        received("email");
        correct(Map.of("name", List.of("Anna New")), "name");
        assertThat(all()).isEmpty();
    }

    // confirmations

    @Test
    void thePartnerConfirmsOnce() {
        received("email");
        withdrawAll();
        UUID id = only().id();
        assertRefused(() -> world.notices.acknowledge(mailhaus, id), PledgeException.Kind.CONFLICT);
        deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        Notice confirmed = world.notices.acknowledge(mailhaus, id);
        assertThat(confirmed.state()).isEqualTo(State.CONFIRMED);
        assertThat(confirmed.confirmed()).contains(world.clock.instant());
        assertThat(confirmed.channel()).contains("partner");
        world.clock.advance(Duration.ofDays(1));
        assertThat(world.notices.acknowledge(mailhaus, id)).isEqualTo(confirmed);
        assertThat(world.notices.acknowledge(world.operator, id, "phone")).isEqualTo(confirmed);
        assertThat(leaves(Act.NOTICE_CONFIRMED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.actor()).isEqualTo("mailhaus");
            assertThat(leaf.details()).containsEntry("channel", "partner");
        });
    }

    @Test
    void aConfirmationMayComeBeforeTheAnswerIsRecorded() {
        received("email");
        withdrawAll();
        Delivery delivery = world.claimOne("mailhaus");
        world.notices.acknowledge(mailhaus, delivery.disclosure());
        deliver(delivery, Result.DELIVERED, 200);
        assertThat(only().state()).isEqualTo(State.CONFIRMED);
        deliver(delivery, Result.FAILED, 500);
        assertThat(only().state()).isEqualTo(State.CONFIRMED);
        world.clock.advance(Duration.ofHours(1));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
    }

    @Test
    void anOperatorRecordsAConfirmationByHandAndItIsNotSentAnyMore() {
        received("email");
        withdrawAll();
        UUID id = only().id();
        assertRefused(() -> world.notices.acknowledge(world.operator, id), PledgeException.Kind.DENIED);
        assertRefused(() -> world.notices.acknowledge(world.operator, id, "By Phone!"), PledgeException.Kind.INVALID);
        assertRefused(() -> world.notices.acknowledge(world.operator, id, "partner"), PledgeException.Kind.INVALID);
        assertRefused(() -> world.notices.acknowledge(mailhaus, id, "phone"), PledgeException.Kind.DENIED);
        assertThat(world.notices.acknowledge(world.operator, id, "phone").channel())
                .contains("phone");
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
    }

    @Test
    void othersNeitherConfirmNorSeeANotice() {
        received("email");
        withdrawAll();
        UUID id = only().id();
        deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        Caller other = world.caller("countly", Role.PARTNER);
        Caller elsewhere = new Caller(new TenantId("anyip"), "mailhaus", Set.of(Role.PARTNER, Role.OPERATOR));
        assertRefused(() -> world.notices.acknowledge(other, id), PledgeException.Kind.NOT_FOUND);
        assertRefused(() -> world.notices.acknowledge(elsewhere, id), PledgeException.Kind.NOT_FOUND);
        assertRefused(() -> world.notices.acknowledge(elsewhere, id, "phone"), PledgeException.Kind.NOT_FOUND);
        assertRefused(() -> world.notices.notice(other, id), PledgeException.Kind.NOT_FOUND);
        assertRefused(() -> world.notices.notice(elsewhere, id), PledgeException.Kind.NOT_FOUND);
        assertRefused(
                () -> world.notices.ofSubject(mailhaus, world.anna, Optional.empty(), 10), PledgeException.Kind.DENIED);
        assertRefused(() -> world.notices.inState(mailhaus, State.QUEUED, 10), PledgeException.Kind.DENIED);
        assertRefused(() -> world.notices.overdue(mailhaus, 10), PledgeException.Kind.DENIED);
        assertRefused(() -> world.notices.retry(world.officer, id), PledgeException.Kind.DENIED);
        assertRefused(() -> world.notices.drop(world.officer, id), PledgeException.Kind.DENIED);
        assertThat(world.notices.notice(mailhaus, id).id()).isEqualTo(id);
    }

    @Test
    void pagesThroughThePersonsNotices() {
        received("name", "email");
        withdraw(of("email"));
        world.clock.advance(Duration.ofSeconds(1));
        withdraw(of("name"));
        Page<Notice> first = world.notices.ofSubject(world.officer, world.anna, Optional.empty(), 1);
        Page<Notice> second = world.notices.ofSubject(world.officer, world.anna, first.next(), 1);
        assertThat(first.items()).extracting(Notice::fields).containsExactly(Set.of("name"));
        assertThat(second.items()).extracting(Notice::fields).containsExactly(Set.of("email"));
        assertThat(second.next()).isEmpty();
        assertRefused(
                () -> world.notices.ofSubject(world.officer, world.anna, Optional.of("x"), 1),
                PledgeException.Kind.MALFORMED);
    }

    // the clock

    private NoticeClock clock() {
        return world.noticeClock();
    }

    @Test
    void whatIsNotConfirmedInTenDaysIsOverdueAndRecordedOnce() {
        received("email");
        withdrawAll();
        deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        Instant created = only().created();
        assertThat(only().due()).isEqualTo(created.plus(Duration.ofDays(10)));
        NoticeClock clock = clock();
        world.clock.advance(Duration.ofDays(10).minusSeconds(1));
        clock.check();
        deliver(world.claimOne("mailhaus"), Result.DELIVERED, 200); // the reminder
        assertThat(world.notices.overdue(world.operator, 10)).isEmpty();
        assertThat(leaves(Act.NOTICE_OVERDUE)).isEmpty();
        world.clock.advance(Duration.ofSeconds(1));
        clock.check();
        clock.check();
        clock().check();
        assertThat(leaves(Act.NOTICE_OVERDUE)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("notice", only().id().toString())
                .containsEntry("state", "DELIVERED"));
        assertThat(only().overdue()).isTrue();
        assertThat(world.notices.overdue(world.operator, 10)).containsExactly(only());
        world.notices.acknowledge(mailhaus, only().id());
        assertThat(world.notices.overdue(world.operator, 10)).isEmpty();
        assertThat(only().overdue()).isTrue();
    }

    @Test
    void whatIsConfirmedInTimeIsNeverOverdue() {
        received("email");
        withdrawAll();
        world.notices.acknowledge(world.operator, only().id(), "letter");
        world.clock.advance(Duration.ofDays(30));
        clock().check();
        assertThat(leaves(Act.NOTICE_OVERDUE)).isEmpty();
    }

    @Test
    void whatWasParkedOrDroppedIsOverdueToo() {
        received("email");
        withdrawAll();
        world.notices.drop(
                world.operator,
                deliver(world.claimOne("mailhaus"), Result.REFUSED, 400).disclosure());
        world.clock.advance(Duration.ofDays(10));
        clock().check();
        assertThat(leaves(Act.NOTICE_OVERDUE)).hasSize(1);
    }

    @Test
    void tenBusinessDaysEndTwoWeeksLaterAtTheEndOfTheDay() {
        assertThat(Notices.legallyDue(Instant.parse("2026-11-20T23:59:59Z"))) // a Friday
                .isEqualTo(Instant.parse("2026-12-05T00:00:00Z"));
        assertThat(Notices.legallyDue(Instant.parse("2026-11-22T08:00:00Z"))) // a Sunday
                .isEqualTo(Instant.parse("2026-12-05T00:00:00Z"));
        assertThat(Notices.legallyDue(Instant.parse("2026-11-23T00:00:00Z"))) // a Monday
                .isEqualTo(Instant.parse("2026-12-08T00:00:00Z"));
    }

    @Test
    void thePolicysOwnDeadlineCounts() {
        Instant now = Instant.parse("2026-11-22T08:00:00Z");
        assertThat(Notices.due(World.policy(1), now)).isEqualTo(now.plus(Duration.ofDays(10)));
        assertThat(Notices.due(
                        World.policy(1).promise("AI-25", "withdrawal-propagation", Map.of("deadline", "P3D")), now))
                .isEqualTo(now.plus(Duration.ofDays(3)));
        assertThat(Notices.due(
                        World.policy(1).promise("AI-25", "withdrawal-propagation", Map.of("deadline", "soon")), now))
                .isEqualTo(now.plus(Duration.ofDays(10)));
        assertThat(Notices.promises(World.policy(1).promise("AI-25", "withdrawal-propagation", Map.of())))
                .containsExactly("AI-25");
    }
}
