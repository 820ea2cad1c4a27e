package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.audit.Leaf.Act;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.subject.spi.SubjectStore.Mark;

/** What is not said again because something newer holds: a removal. */
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

    private Answer answer() {
        List<Recipient> recipients = world.notices.recipients(world.operator, world.anna);
        assertThat(recipients).hasSize(1);
        return recipients.get(0).answer();
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
        world.clock.advance(HOUR);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
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
