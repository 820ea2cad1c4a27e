package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Contact;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;

class ReminderTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration INSTANT = Duration.ofNanos(1000);

    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);
    private final NoticeClock clock = world.noticeClock();

    @AfterEach
    void close() {
        world.close();
    }

    /** A removal of which mailhaus, which received the address, was told. */
    private Delivery told() {
        world.optIn("name", "email");
        world.shareNewsletter("email");
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.store.required(() -> world.recipients.removed(KORAX, world.anna, Set.of("email")));
        Delivery delivery = world.claimOne("mailhaus");
        world.outbox.complete(delivery, Result.DELIVERED, 202);
        return delivery;
    }

    private Notice notice(UUID id) {
        return world.notices.notice(world.operator, id);
    }

    private List<Leaf> leaves(Act act) {
        return world.audit.leaves(act);
    }

    private void later(Duration time) {
        world.clock.advance(time);
        clock.check();
    }

    /** The reminder leaves and is taken. */
    private Delivery reminder() {
        Delivery again = world.claimOne("mailhaus");
        world.outbox.complete(again, Result.DELIVERED, 200);
        return again;
    }

    @Test
    void whoIsSilentForAWeekIsToldAgainUnderTheSameKeyAndNotAnInstantSooner() {
        Delivery first = told();
        Instant toldAt = world.clock.instant();
        later(WEEK.minus(INSTANT));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(leaves(Act.NOTICE_REMINDED)).isEmpty();
        later(INSTANT);
        clock.check();
        world.noticeClock().check();
        Delivery again = reminder();
        assertThat(again.disclosure()).isEqualTo(first.disclosure());
        assertThat(again.idempotencyKey()).isEqualTo(first.idempotencyKey());
        assertThat(leaves(Act.NOTICE_REMINDED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("notice", first.disclosure().toString())
                .containsEntry("reminders", "1")
                .containsEntry("state", "DELIVERED")
                .doesNotContainKey("subject"));
        assertThat(notice(first.disclosure()).delivered()).contains(toldAt);
    }

    @Test
    void whoStaysSilentIsToldOnceAWeek() {
        told();
        later(WEEK);
        reminder();
        later(WEEK.minus(INSTANT));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        later(INSTANT);
        reminder();
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(2);
    }

    @Test
    void sooner_reminders_follow_each_other_weekly_at_most() {
        assertThat(Reminders.Pace.of(2, 3)).isEqualTo(new Reminders.Pace(Duration.ofDays(2), WEEK, 3));
        assertThat(Reminders.Pace.of(10, 3)).isEqualTo(new Reminders.Pace(Duration.ofDays(10), Duration.ofDays(10), 3));
        assertThatThrownBy(() -> Reminders.Pace.of(0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reminders.Pace.of(7, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoAnsweredIsNotReminded() {
        world.notices.acknowledge(mailhaus, told().disclosure());
        later(WEEK.multipliedBy(9));
        assertThat(leaves(Act.NOTICE_REMINDED)).isEmpty();
    }

    @Test
    void whoRefusedIsNotReminded() {
        world.notices.refuse(mailhaus, told().disclosure(), Exemption.LEGAL_CLAIMS);
        later(WEEK.multipliedBy(9));
        assertThat(leaves(Act.NOTICE_REMINDED)).isEmpty();
    }

    @Test
    void anAnswerWhileAReminderWaitsKeepsItFromLeaving() {
        UUID notice = told().disclosure();
        later(WEEK);
        world.notices.acknowledge(mailhaus, notice);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        later(WEEK.multipliedBy(9));
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(1);
    }

    @Test
    void aParkedNoticeIsTriedAgainAndOneThatWasGivenUpIsNot() {
        UUID notice = told().disclosure();
        later(WEEK);
        world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 410);
        assertThat(notice(notice).state()).isEqualTo(State.PARKED);
        later(WEEK.minus(INSTANT));
        assertThat(notice(notice).state()).isEqualTo(State.PARKED);
        later(INSTANT);
        assertThat(notice(notice).state()).isEqualTo(State.QUEUED);
        assertThat(leaves(Act.NOTICE_REMINDED)).last().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("state", "PARKED"));
        world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 410);
        world.notices.drop(world.operator, notice);
        later(WEEK.multipliedBy(9));
        assertThat(notice(notice).state()).isEqualTo(State.DROPPED);
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(2);
    }

    @Test
    void silenceDespiteThreeRemindersIsEscalatedOnceAndRemindedOfOnceAMonth() {
        UUID notice = told().disclosure();
        for (int reminders = 1; reminders <= 3; reminders++) {
            later(WEEK);
            reminder();
            assertThat(leaves(Act.NOTICE_ESCALATED)).isEmpty();
        }
        later(WEEK.minus(INSTANT));
        assertThat(leaves(Act.NOTICE_ESCALATED)).isEmpty();
        later(INSTANT);
        reminder();
        later(MONTH.minus(INSTANT));
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(4);
        later(INSTANT);
        reminder();
        assertThat(leaves(Act.NOTICE_ESCALATED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("notice", notice.toString())
                .containsEntry("reminders", "4"));
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(5);
        assertThat(notice(notice).silence().escalated()).isTrue();
    }

    @Test
    void aReminderThatASuspendedPartnerDoesNotGetIsSilenceAndEscalated() {
        UUID notice = told().disclosure();
        later(WEEK);
        world.partners.suspend(world.integrator, "mailhaus", true);
        later(WEEK.minus(INSTANT));
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(1);
        later(INSTANT);
        later(WEEK);
        assertThat(leaves(Act.NOTICE_ESCALATED)).isEmpty();
        later(WEEK);
        assertThat(leaves(Act.NOTICE_ESCALATED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("notice", notice.toString())
                .containsEntry("state", "QUEUED"));
        world.partners.suspend(world.integrator, "mailhaus", false);
        assertThat(reminder().disclosure()).isEqualTo(notice);
    }

    @Test
    void aReminderThatIsStoppedByASuspensionIsSilence() {
        UUID notice = told().disclosure();
        later(WEEK);
        Delivery reminder = world.claimOne("mailhaus");
        world.partners.suspend(world.integrator, "mailhaus", true);
        assertThat(world.outbox.release(reminder)).isFalse();
        assertThat(notice(notice).silence().since()).contains(world.clock.instant());
    }

    @Test
    void aSuspendedPartnerThatWasNeverToldIsSilentToo() {
        world.optIn("email");
        world.shareNewsletter("email");
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.partners.suspend(world.integrator, "mailhaus", true);
        world.store.required(() -> world.recipients.removed(KORAX, world.anna, Set.of("email")));
        assertThat(only().contact().silentSince()).isEmpty();
        Instant queued = world.clock.instant();
        for (int i = 0; i < 4; i++) {
            later(WEEK);
        }
        assertThat(leaves(Act.NOTICE_ESCALATED)).hasSize(1);
        assertThat(only().contact().escalated()).isTrue();
        assertThat(only().contact().silentSince()).contains(queued.plus(WEEK.multipliedBy(4)));
    }

    @Test
    void aClockThatGoesBackwardsRemindsNobodyTwice() {
        told();
        later(WEEK);
        reminder();
        world.clock.advance(WEEK.multipliedBy(-3));
        clock.check();
        later(WEEK.multipliedBy(3));
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(1);
    }

    @Test
    void aReminderOfATransactionThatFailsIsMadeLater() {
        told();
        world.clock.advance(WEEK);
        world.audit.full(true);
        assertThatThrownBy(clock::check).isInstanceOf(IllegalStateException.class);
        world.audit.full(false);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        clock.check();
        reminder();
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(1);
    }

    @Test
    void aReminderWhoseSenderIsLostIsSentByAnother() {
        told();
        later(WEEK);
        world.claimOne("mailhaus");
        world.clock.advance(Duration.ofSeconds(60));
        reminder();
        assertThat(leaves(Act.NOTICE_REMINDED)).hasSize(1);
    }

    // who was told

    private Recipient only() {
        List<Recipient> all = world.notices.recipients(world.operator, world.anna);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void showsHowARecipientWasToldAndForHowLongItHasBeenSilent() {
        UUID notice = told().disclosure();
        Instant at = world.clock.instant();
        assertThat(only().answer()).isEqualTo(Answer.AWAITED);
        assertThat(only().contact())
                .isEqualTo(new Contact("rest", Optional.of(at), Optional.of(at), Optional.of(at), 0, 0, false));
        for (int i = 0; i < 4; i++) {
            later(WEEK);
            world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 400);
        }
        assertThat(only().contact())
                .isEqualTo(new Contact("rest", Optional.of(at), Optional.of(at), Optional.of(at), 1, 4, true));
        world.notices.acknowledge(world.operator, notice, "letter");
        assertThat(only().answer()).isEqualTo(Answer.CONFIRMED);
        assertThat(only().contact())
                .isEqualTo(new Contact("rest", Optional.of(at), Optional.empty(), Optional.empty(), 0, 4, false));
    }

    @Test
    void whoCouldNeverBeToldHasBeenSilentSinceTheLastTryWasParked() {
        world.optIn("email");
        world.shareNewsletter("email");
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        Instant written = world.clock.instant();
        world.store.required(() -> world.recipients.removed(KORAX, world.anna, Set.of("email")));
        assertThat(only().contact().silentSince()).isEmpty();
        world.clock.advance(Duration.ofHours(1));
        world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 400);
        assertThat(only().contact())
                .isEqualTo(new Contact(
                        "rest",
                        Optional.empty(),
                        Optional.of(written),
                        Optional.of(written.plus(Duration.ofHours(1))),
                        1,
                        0,
                        false));
    }

    @Test
    void showsWhomACorrectionToldFromOneInstantToAnother() {
        UUID notice = told().disclosure();
        Instant at = world.clock.instant();
        assertThat(toldOf(Kind.CORRECTION, at, at)).singleElement().satisfies(recipient -> {
            assertThat(recipient.partner()).isEqualTo("mailhaus");
            assertThat(recipient.answer()).isEqualTo(Answer.AWAITED);
            assertThat(recipient.disclosures()).isEqualTo(1);
        });
        world.notices.acknowledge(mailhaus, notice);
        assertThat(toldOf(Kind.CORRECTION, at, at))
                .extracting(Recipient::answer)
                .containsExactly(Answer.CONFIRMED);
        assertThat(toldOf(Kind.CORRECTION, at.plus(INSTANT), at.plus(WEEK))).isEmpty();
        assertThat(toldOf(Kind.CORRECTION, at.minus(WEEK), at.minus(INSTANT))).isEmpty();
        assertThat(toldOf(Kind.WITHDRAWAL, at, at)).isEmpty();
    }

    private List<Recipient> toldOf(Kind kind, Instant from, Instant until) {
        return world.notices.told(world.operator, world.anna, kind, from, until);
    }

    @Test
    void answersOfPartnersKeepTheirStatus() {
        UUID notice = told().disclosure();
        later(WEEK);
        assertThat(notice(notice).answer()).isEqualTo(OptionalInt.of(202));
    }

    // senders that are gone

    private Delivery claimed() {
        world.optIn("email");
        world.shareNewsletter("email");
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.store.required(() -> world.recipients.removed(KORAX, world.anna, Set.of("email")));
        return world.claimOne("mailhaus");
    }

    private void suspend(boolean suspended) {
        world.partners.suspend(world.integrator, "mailhaus", suspended);
    }

    @Test
    void aClaimThatWasLostBeforeThePartnerWasSuspendedCountsAsSilenceAndIsRemindedOf() {
        Delivery lost = claimed();
        suspend(true);
        later(Duration.ofSeconds(59));
        assertThat(notice(lost.disclosure()).state()).isEqualTo(State.SENDING);
        later(Duration.ofSeconds(1));
        assertThat(notice(lost.disclosure())).satisfies(notice -> {
            assertThat(notice.state()).isEqualTo(State.QUEUED);
            assertThat(notice.silence().since()).contains(world.clock.instant());
        });
        assertThat(leaves(Act.NOTICE_FAILED)).hasSize(1);
        world.outbox.complete(lost, Result.FAILED, 500);
        assertThat(leaves(Act.NOTICE_FAILED)).hasSize(1);
        later(WEEK);
        assertThat(notice(lost.disclosure()).silence().reminders()).isEqualTo(1);
        suspend(false);
        assertThat(world.claimOne("mailhaus").attempt()).isEqualTo(2);
    }

    @Test
    void theLastTryThatWasLostIsParked() {
        Delivery delivery = claimed();
        for (int tries = 1; tries < 3; tries++) {
            world.outbox.complete(delivery, Result.FAILED, 503);
            world.clock.advance(Duration.ofHours(1));
            delivery = world.claimOne("mailhaus");
        }
        suspend(true);
        later(Duration.ofHours(1));
        assertThat(notice(delivery.disclosure())).satisfies(notice -> {
            assertThat(notice.state()).isEqualTo(State.PARKED);
            assertThat(notice.answer()).isEqualTo(OptionalInt.of(503));
        });
        world.outbox.complete(delivery, Result.DELIVERED, 200);
        assertThat(notice(delivery.disclosure()).state()).isEqualTo(State.DELIVERED);
    }
}
