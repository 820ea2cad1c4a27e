package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService.Request;
import org.pledge.subject.spi.SubjectStore.Mark;

/** Who is told that a person's data is not to be used, and that it may be used again (GDPR Article 19). */
class RestrictionTest {
    private static final Duration WEEK = Duration.ofDays(7);

    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);
    private UUID newsletter;
    private UUID payment;

    @BeforeEach
    void share() {
        world.optIn("name", "email");
        world.shareNewsletter("name", "email");
        newsletter = deliver(world.claimOne("mailhaus"));
        world.sharing.share(
                world.operator,
                new Request(
                        world.anna,
                        "cardclear",
                        "payment",
                        List.of("name", "payment-amount"),
                        Optional.empty(),
                        Map.of("payment-amount", "12")));
        payment = deliver(world.claimOne("cardclear"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private UUID deliver(Delivery delivery) {
        world.outbox.load(delivery);
        world.outbox.complete(delivery, Result.DELIVERED, 202);
        return delivery.disclosure();
    }

    private void restrict() {
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> {
            world.store.mark(KORAX, world.anna, Mark.RESTRICTED);
            world.recipients.restricted(KORAX, world.anna);
        });
    }

    private void lift() {
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> {
            world.store.unmark(KORAX, world.anna, Mark.RESTRICTED);
            world.recipients.lifted(KORAX, world.anna);
        });
    }

    private void remove() {
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> {
            world.store.mark(KORAX, world.anna, Mark.ERASED);
            world.recipients.removed(KORAX, world.anna, Set.of());
        });
    }

    private List<Notice> to(String partner) {
        return world.notices.ofSubject(world.operator, world.anna, Optional.empty(), 100).items().stream()
                .filter(notice -> notice.partner().equals(partner))
                .toList();
    }

    private Notice last(String partner) {
        return to(partner).get(0);
    }

    private Recipient recipient(String partner) {
        return world.notices.restricted(world.operator, world.anna).stream()
                .filter(one -> one.partner().equals(partner))
                .findFirst()
                .orElseThrow();
    }

    private List<Leaf> leaves(Act act) {
        return world.audit.leaves(act);
    }

    // whom to tell

    @Test
    void everybodyWhoReceivedSomethingIsToldOfARestrictionOnce() {
        world.shareNewsletter("email");
        restrict();
        assertThat(to("mailhaus")).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.RESTRICTION);
            assertThat(notice.disclosures()).containsExactly(newsletter);
            assertThat(notice.fields()).containsExactlyInAnyOrder("name", "email");
            assertThat(notice.state()).isEqualTo(State.QUEUED);
        });
        assertThat(to("cardclear")).singleElement().satisfies(notice -> {
            assertThat(notice.disclosures()).containsExactly(payment);
            assertThat(notice.fields()).containsExactlyInAnyOrder("name", "payment-amount");
        });
        assertThat(to("countly")).isEmpty();
        assertThat(leaves(Act.NOTICE_QUEUED)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.details())
                .containsEntry("kind", "RESTRICTION"));
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> world.recipients.restricted(KORAX, world.anna));
        assertThat(leaves(Act.NOTICE_QUEUED)).hasSize(2);
    }

    @Test
    void aRestrictionNamesFieldsAndCarriesNoValue() {
        restrict();
        Delivery delivery = world.claimOne("mailhaus");
        assertThat(delivery.kind()).isEqualTo(Kind.RESTRICTION);
        assertThat(world.outbox.load(delivery))
                .contains(Map.of("disclosures", List.of(newsletter.toString()), "fields", List.of("email", "name")));
        assertThat(world.outbox.release(delivery)).isTrue();
        world.outbox.complete(delivery, Result.DELIVERED, 202);
        assertThat(last("mailhaus").state()).isEqualTo(State.DELIVERED);
    }

    @Test
    void whoeverHeardOfTheRestrictionIsToldOfItsEnd() {
        restrict();
        world.notices.acknowledge(mailhaus, deliver(world.claimOne("mailhaus")));
        lift();
        assertThat(last("mailhaus")).satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.RESTRICTION_LIFTED);
            assertThat(notice.disclosures()).containsExactly(newsletter);
        });
        assertThat(to("mailhaus")).extracting(Notice::state).containsExactly(State.QUEUED, State.CONFIRMED);
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> world.recipients.lifted(KORAX, world.anna));
        assertThat(to("mailhaus")).hasSize(2);
        assertThat(world.outbox.release(world.claimOne("mailhaus"))).isTrue();
    }

    // what supersedes what

    @Test
    void aRestrictionThatNobodyHeardOfIsTakenBackWhenItIsLifted() {
        restrict();
        lift();
        assertThat(to("mailhaus")).extracting(Notice::state).containsExactly(State.SUPERSEDED);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(leaves(Act.NOTICE_SUPERSEDED)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.details())
                .containsEntry("state", "QUEUED"));
        assertThat(world.notices.overdue(world.operator, 10)).isEmpty();
    }

    @Test
    void aTryThatFailedMayHaveBeenHeardAndItsEndIsTold() {
        restrict();
        world.outbox.complete(world.claimOne("mailhaus"), Result.FAILED, 503);
        lift();
        assertThat(to("mailhaus"))
                .extracting(Notice::kind, Notice::state)
                .containsExactly(
                        tuple(Kind.RESTRICTION_LIFTED, State.QUEUED), tuple(Kind.RESTRICTION, State.SUPERSEDED));
        world.clock.advance(WEEK);
        assertThat(world.claimOne("mailhaus").kind()).isEqualTo(Kind.RESTRICTION_LIFTED);
    }

    @Test
    void aRestrictionThatIsOnItsWayIsFollowedByItsEndAndNeverRepeated() {
        restrict();
        Delivery sending = world.claimOne("mailhaus");
        world.outbox.load(sending);
        lift();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.outbox.complete(sending, Result.FAILED, 503);
        assertThat(to("mailhaus").get(1).state()).isEqualTo(State.SUPERSEDED);
        assertThat(world.claimOne("mailhaus").kind()).isEqualTo(Kind.RESTRICTION_LIFTED);
        world.clock.advance(Duration.ofHours(1));
        assertThat(world.claimOne("mailhaus").kind()).isEqualTo(Kind.RESTRICTION_LIFTED);
    }

    @Test
    void aRestrictionThatIsLiftedBeforeTheSocketDoesNotLeave() {
        restrict();
        Delivery sending = world.claimOne("mailhaus");
        world.outbox.load(sending);
        lift();
        assertThat(world.outbox.release(sending)).isFalse();
        world.outbox.complete(sending, Result.DELIVERED, 202);
        assertThat(to("mailhaus").get(1).state()).isEqualTo(State.SUPERSEDED);
    }

    @Test
    void anEndThatWasNotAnsweredIsTakenBackByTheNextRestriction() {
        restrict();
        deliver(world.claimOne("mailhaus"));
        lift();
        deliver(world.claimOne("mailhaus"));
        restrict();
        assertThat(to("mailhaus"))
                .extracting(Notice::state)
                .containsExactly(State.QUEUED, State.SUPERSEDED, State.SUPERSEDED);
        assertThat(last("mailhaus").kind()).isEqualTo(Kind.RESTRICTION);
        world.clock.advance(WEEK);
        world.noticeClock().check();
        assertThat(world.claimOne("mailhaus").kind()).isEqualTo(Kind.RESTRICTION);
    }

    @Test
    void theEndOfAnEarlierRestrictionIsToldThoughALaterOneWasNeverHeardOf() {
        restrict();
        world.notices.acknowledge(mailhaus, deliver(world.claimOne("mailhaus")));
        lift();
        restrict();
        lift();
        assertThat(to("mailhaus"))
                .extracting(Notice::state)
                .containsExactly(State.QUEUED, State.SUPERSEDED, State.SUPERSEDED, State.CONFIRMED);
        assertThat(last("mailhaus").kind()).isEqualTo(Kind.RESTRICTION_LIFTED);
    }

    @Test
    void aRemovalTakesBackWhatHasNoAnswerAndGoesFirst() {
        restrict();
        world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 400);
        remove();
        assertThat(to("cardclear")).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
        assertThat(to("mailhaus")).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
        assertThat(world.claimOne("cardclear").kind()).isEqualTo(Kind.CORRECTION);
        assertThatThrownBy(() -> world.notices.retry(
                        world.operator, to("mailhaus").get(1).id()))
                .isInstanceOf(PledgeException.class);
    }

    @Test
    void aRestrictionWithoutAnAnswerDoesNotKeepARemovalOpen() {
        restrict();
        Delivery sending = world.claimOne("mailhaus");
        remove();
        world.outbox.complete(sending, Result.DELIVERED, 202);
        assertThat(to("mailhaus").get(1).state()).isEqualTo(State.SUPERSEDED);
        world.notices.acknowledge(mailhaus, deliver(world.claimOne("mailhaus")));
        assertThat(world.notices.recipients(world.operator, world.anna))
                .filteredOn(one -> one.partner().equals("mailhaus"))
                .extracting(Recipient::answer)
                .containsExactly(Answer.CONFIRMED);
        world.clock.advance(WEEK);
        world.noticeClock().check();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(to("mailhaus").get(1).state()).isEqualTo(State.SUPERSEDED);
    }

    // what is shown of it

    @Test
    void showsHowEveryRecipientStandsToTheLastWord() {
        restrict();
        assertThat(world.notices.restricted(world.operator, world.anna))
                .extracting(Recipient::partner, Recipient::answer, Recipient::disclosures)
                .containsExactly(tuple("cardclear", Answer.AWAITED, 1), tuple("mailhaus", Answer.AWAITED, 1));
        UUID notice = deliver(world.claimOne("mailhaus"));
        assertThat(recipient("mailhaus").contact().told()).contains(world.clock.instant());
        world.notices.refuse(mailhaus, notice, Exemption.LEGAL_CLAIMS);
        assertThat(recipient("mailhaus").answer()).isEqualTo(Answer.REFUSED);
        assertThat(recipient("mailhaus").ground()).contains(Exemption.LEGAL_CLAIMS);
        lift();
        assertThat(world.notices.restricted(world.operator, world.anna))
                .extracting(Recipient::partner, Recipient::answer)
                .containsExactly(tuple("mailhaus", Answer.AWAITED));
        world.notices.acknowledge(mailhaus, deliver(world.claimOne("mailhaus")));
        assertThat(recipient("mailhaus").answer()).isEqualTo(Answer.CONFIRMED);
        assertThat(recipient("mailhaus").ground()).isEmpty();
    }

    @Test
    void partnersSeeNobody() {
        assertThatThrownBy(() -> world.notices.restricted(mailhaus, world.anna)).isInstanceOf(PledgeException.class);
    }

    @Test
    void silenceAboutARestrictionIsRemindedOfAndEscalated() {
        restrict();
        UUID notice = deliver(world.claimOne("mailhaus"));
        NoticeClock clock = world.noticeClock();
        for (int reminders = 1; reminders <= 4; reminders++) {
            world.clock.advance(WEEK);
            clock.check();
            Delivery again = world.claimOne("mailhaus");
            assertThat(again.disclosure()).isEqualTo(notice);
            assertThat(again.kind()).isEqualTo(Kind.RESTRICTION);
            deliver(again);
        }
        assertThat(recipient("mailhaus").contact().reminders()).isEqualTo(4);
        assertThat(recipient("mailhaus").contact().escalated()).isTrue();
        assertThat(recipient("mailhaus").overdue()).isTrue();
        assertThat(leaves(Act.NOTICE_ESCALATED))
                .allSatisfy(leaf -> assertThat(leaf.details()).containsEntry("kind", "RESTRICTION"))
                .extracting(leaf -> leaf.details().get("partner"))
                .containsExactlyInAnyOrder("cardclear", "mailhaus");
        assertThat(last("mailhaus").answer()).isEqualTo(OptionalInt.of(202));
    }
}
