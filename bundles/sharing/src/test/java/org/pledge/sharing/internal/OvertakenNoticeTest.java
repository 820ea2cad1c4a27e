package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.audit.Leaf.Act;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.subject.spi.SubjectStore.Mark;

/** What is not said again because something newer holds: a consent or a removal. */
class OvertakenNoticeTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);

    @AfterEach
    void close() {
        world.close();
    }

    /** Mailhaus received the person's name and address. */
    private void received() {
        world.optIn("name", "email");
        world.shareNewsletter("name", "email");
        end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
    }

    private Delivery end(Delivery delivery, Result result, int status) {
        assertThat(world.outbox.load(delivery)).isPresent();
        assertThat(world.outbox.release(delivery)).isTrue();
        world.outbox.complete(delivery, result, status);
        return delivery;
    }

    private void withdraw() {
        world.clock.advance(Duration.ofSeconds(1));
        world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
    }

    private void correct() {
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> world.recipients.corrected(KORAX, world.anna, Set.of("email")));
    }

    private void remove() {
        world.clock.advance(Duration.ofSeconds(1));
        world.store.required(() -> {
            world.store.mark(KORAX, world.anna, Mark.ERASED);
            world.recipients.removed(KORAX, world.anna, Set.of("name", "email"));
        });
    }

    /** Newest first. */
    private List<Notice> notices() {
        return world.notices
                .ofSubject(world.operator, world.anna, Optional.empty(), 100)
                .items();
    }

    private Notice notice(UUID id) {
        return world.notices.notice(world.operator, id);
    }

    private Answer answer() {
        List<Recipient> recipients = world.notices.recipients(world.operator, world.anna);
        assertThat(recipients).hasSize(1);
        return recipients.get(0).answer();
    }

    // by a consent

    @Test
    void aReminderOfAWithdrawalDoesNotStopWhatIsAllowedAgain() {
        received();
        withdraw();
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        world.optIn("name", "email");
        world.shareNewsletter("email");
        end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.clock.advance(WEEK);
        world.noticeClock().check();
        assertThat(world.outbox.load(world.claimOne("mailhaus"))).isEmpty();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.SUPERSEDED);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(world.notices.told(
                        world.operator, world.anna, Kind.WITHDRAWAL, Instant.EPOCH, world.clock.instant()))
                .isEmpty();
        assertThat(world.audit.leaves(Act.NOTICE_SUPERSEDED)).singleElement().satisfies(leaf -> assertThat(
                        leaf.details())
                .containsEntry("state", "SENDING")
                .containsEntry("kind", "WITHDRAWAL"));
    }

    @Test
    void aRetryOfWhatIsAllowedInPartTellsTheRestUnderItsOwnKey() {
        received();
        withdraw();
        Notice before = notices().get(0);
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.optIn("email");
        world.clock.advance(HOUR);
        assertThat(world.outbox.load(world.claimOne("mailhaus"))).isEmpty();
        Delivery rest = world.claimOne("mailhaus");
        assertThat(rest.idempotencyKey()).isNotEqualTo(before.id().toString());
        assertThat(world.outbox.load(rest).orElseThrow())
                .containsEntry("fields", List.of("name"))
                .containsEntry(
                        "disclosures",
                        before.disclosures().stream().map(Object::toString).toList());
        assertThat(notice(rest.disclosure())).satisfies(notice -> {
            assertThat(notice.created()).isEqualTo(before.created());
            assertThat(notice.due()).isEqualTo(before.due());
            assertThat(notice.attempts()).isEqualTo(1);
        });
        assertThat(notice(before.id()).state()).isEqualTo(State.SUPERSEDED);
        world.outbox.complete(rest, Result.FAILED, 503);
        world.clock.advance(HOUR);
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        assertThat(notices()).hasSize(2);
        assertThat(world.audit.leaves(Act.NOTICE_QUEUED)).hasSize(2);
    }

    @Test
    void whatIsLeftOfSeveralDisclosuresIsToldForEachWhatIsLeftOfIt() {
        received();
        world.shareNewsletter("email");
        end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.shareNewsletter("name");
        end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        withdraw();
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.optIn("email");
        world.clock.advance(HOUR);
        world.outbox.load(world.claimOne("mailhaus"));
        assertThat(notices())
                .extracting(Notice::state, Notice::fields)
                .containsExactlyInAnyOrder(
                        tuple(State.SUPERSEDED, Set.of("name", "email")), tuple(State.QUEUED, Set.of("name")));
        assertThat(notices().stream()
                        .filter(notice -> notice.state() == State.QUEUED)
                        .flatMap(notice -> notice.disclosures().stream()))
                .hasSize(2);
    }

    @Test
    void aConsentBeforeTheSocketHoldsARetryBackAndOneBeforeTheFirstTryDoesNot() {
        received();
        withdraw();
        world.optIn("name", "email");
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        withdraw();
        world.clock.advance(HOUR);
        Delivery retry = world.claimOne("mailhaus");
        assertThat(world.outbox.load(retry)).isPresent();
        world.optIn("name", "email");
        assertThat(world.outbox.release(retry)).isFalse();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.SUPERSEDED);
    }

    @Test
    void aWithdrawalAfterTheNewerConsentIsToldAgain() {
        received();
        withdraw();
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.optIn("name", "email");
        world.clock.advance(HOUR);
        world.outbox.load(world.claimOne("mailhaus"));
        withdraw();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
    }

    @Test
    void whatIsAllowedOnAnotherBasisWasNotConsentedToAgain() {
        received();
        withdraw();
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.policies.add(World.policy(2)
                .rule("marketing-partner", "newsletter", "name", Need.NOTHING, "KX-1")
                .rule("marketing-partner", "newsletter", "email", Need.NOTHING, "KX-1"));
        world.consents.accept(KORAX, world.anna, 2, "CA");
        world.clock.advance(HOUR);
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        assertThat(notices()).extracting(Notice::state).containsExactly(State.DELIVERED);
    }

    @Test
    void aConsentThatIsStoredButNotSeenYetDecidesNothing() {
        received();
        withdraw();
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.clock.advance(HOUR);
        Delivery retry = world.claimOne("mailhaus");
        world.optIn("name", "email");
        world.consents.beforeView(
                () -> assertThatThrownBy(() -> world.outbox.load(retry)).isInstanceOf(PledgeException.class));
        world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
        world.consents.beforeView(() -> {});
        assertThat(world.outbox.load(retry)).isPresent();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.SENDING);
    }

    // by a removal

    @Test
    void aWithdrawalThatHasNoAnswerIsNotSaidAgainAfterTheRemoval() {
        received();
        withdraw();
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        remove();
        assertThat(notices())
                .extracting(Notice::kind, Notice::state)
                .containsExactly(tuple(Kind.CORRECTION, State.QUEUED), tuple(Kind.WITHDRAWAL, State.SUPERSEDED));
        Delivery removal = end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        world.clock.advance(WEEK);
        world.noticeClock().check();
        assertThat(world.claimOne("mailhaus").idempotencyKey()).isEqualTo(removal.idempotencyKey());
        world.notices.acknowledge(mailhaus, removal.disclosure());
        assertThat(answer()).isEqualTo(Answer.CONFIRMED);
    }

    @Test
    void aCorrectionThatWasTriedIsNotSaidAgainAfterTheRemoval() {
        received();
        correct();
        end(world.claimOne("mailhaus"), Result.FAILED, 503);
        remove();
        world.clock.advance(HOUR);
        Delivery removal = end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        assertThat(notices()).extracting(Notice::state).containsExactly(State.DELIVERED, State.SUPERSEDED);
        assertThat(notices().get(0).fields()).containsExactlyInAnyOrder("name", "email");
        world.notices.acknowledge(mailhaus, removal.disclosure());
        assertThat(answer()).isEqualTo(Answer.CONFIRMED);
    }

    @Test
    void aCorrectionThatWasNeverTriedTellsOfTheRemovalUnderItsOwnKey() {
        world.optIn("email");
        world.shareNewsletter("email");
        end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        correct();
        remove();
        Delivery removal = end(world.claimOne("mailhaus"), Result.FAILED, 503);
        world.clock.advance(HOUR);
        assertThat(world.claimOne("mailhaus").idempotencyKey()).isEqualTo(removal.idempotencyKey());
        assertThat(notices()).hasSize(1);
    }

    @Test
    void whatIsOnItsWayWhenThePersonIsRemovedIsNeverRepeated() {
        received();
        withdraw();
        Delivery withdrawal = end(world.claimOne("mailhaus"), Result.DELIVERED, 200);
        world.notices.acknowledge(mailhaus, withdrawal.disclosure());
        correct();
        Delivery correction = world.claimOne("mailhaus");
        world.outbox.load(correction);
        assertThat(world.outbox.release(correction)).isTrue();
        remove();
        world.outbox.complete(correction, Result.FAILED, 503);
        assertThat(notices())
                .extracting(Notice::state)
                .containsExactly(State.QUEUED, State.SUPERSEDED, State.CONFIRMED);
        assertThat(world.claimOne("mailhaus").disclosure())
                .isEqualTo(notices().get(0).id());
        assertThat(world.audit.leaves(Act.NOTICE_SUPERSEDED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("notice", correction.idempotencyKey()));
    }

    @Test
    void aWithdrawalThatArrivesAfterTheRemovalIsNotAwaited() {
        received();
        withdraw();
        Delivery withdrawal = world.claimOne("mailhaus");
        world.outbox.load(withdrawal);
        assertThat(world.outbox.release(withdrawal)).isTrue();
        remove();
        world.outbox.complete(withdrawal, Result.DELIVERED, 202);
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
        assertThat(world.audit.leaves(Act.NOTICE_DELIVERED)).hasSize(1);
        Delivery removal = end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        world.notices.acknowledge(mailhaus, removal.disclosure());
        assertThat(answer()).isEqualTo(Answer.CONFIRMED);
    }

    @Test
    void aWithdrawalWhoseSenderIsLostIsNotAwaitedAfterTheRemoval() {
        received();
        withdraw();
        world.outbox.load(world.claimOne("mailhaus"));
        remove();
        world.noticeClock().check();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SENDING);
        world.clock.advance(HOUR);
        world.noticeClock().check();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
    }

    @Test
    void whatIsRefusedAfterTheRemovalIsNotAwaited() {
        received();
        withdraw();
        Delivery withdrawal = world.claimOne("mailhaus");
        world.outbox.load(withdrawal);
        remove();
        world.outbox.complete(withdrawal, Result.REFUSED, 400);
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
    }

    @Test
    void whatIsGivenBackAfterTheRemovalIsNotAwaited() {
        received();
        withdraw();
        Delivery withdrawal = world.claimOne("mailhaus");
        remove();
        world.outbox.giveBack(withdrawal);
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
    }

    @Test
    void whatIsLoadedWhenThePersonIsRemovedDoesNotLeave() {
        received();
        withdraw();
        Delivery withdrawal = world.claimOne("mailhaus");
        world.outbox.load(withdrawal);
        remove();
        assertThat(world.outbox.release(withdrawal)).isFalse();
        assertThat(notices()).extracting(Notice::state).containsExactly(State.QUEUED, State.SUPERSEDED);
    }

    @Test
    void theAnswersToARectificationDoNotWaitForWhatTheRemovalTookBack() {
        received();
        correct();
        end(world.claimOne("mailhaus"), Result.DELIVERED, 202);
        assertThat(told()).extracting(Recipient::answer).containsExactly(Answer.AWAITED);
        Notice correction = notices().get(0);
        remove();
        assertThat(world.notices.told(
                        world.operator, world.anna, Kind.CORRECTION, correction.created(), correction.created()))
                .isEmpty();
        assertThat(answer()).isEqualTo(Answer.AWAITED);
    }

    private List<Recipient> told() {
        Notice first = notices().get(notices().size() - 1);
        return world.notices.told(world.operator, world.anna, first.kind(), first.created(), world.clock.instant());
    }
}
