package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;

class OutboxTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Disclosure now(Delivery delivery) {
        return world.sharing.disclosure(world.operator, delivery.disclosure());
    }

    private Delivery newsletter(String... fields) {
        world.optIn("name", "email");
        world.shareNewsletter(fields);
        return world.claimOne("mailhaus");
    }

    private Delivery statistics(String... values) {
        world.subjects.hold(world.anna, Map.of("visitor-statistics", List.of(values)));
        world.sharing.share(world.operator, world.request("countly", "traffic-analysis", "visitor-statistics"));
        return world.claimOne("countly");
    }

    @Test
    void carriesExactlyThePermittedFieldsOnce() {
        Delivery delivery = newsletter("email");
        assertThat(delivery.attempt()).isEqualTo(1);
        assertThat(now(delivery).state()).isEqualTo(State.SENDING);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(world.outbox.load(delivery)).contains(Map.of("email", List.of("anna@example.org", "a@example.org")));
        assertThat(world.outbox.release(delivery)).isTrue();
        world.outbox.complete(delivery, Result.DELIVERED, 202);
        Disclosure delivered = now(delivery);
        assertThat(delivered.state()).isEqualTo(State.DELIVERED);
        assertThat(delivered.answer()).hasValue(202);
        assertThat(delivered.delivered()).contains(world.clock.instant());
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_DELIVERED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("status", "202"));
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(world.outbox.load(delivery)).isEmpty();
    }

    @Test
    void carriesSuppliedValues() {
        Request request = new Request(
                world.anna,
                "cardclear",
                "payment",
                List.of("name", "payment-amount"),
                Optional.empty(),
                Map.of("payment-amount", "12.50 CAD"));
        assertThat(world.sharing.share(world.operator, request)).isInstanceOf(Outcome.Queued.class);
        assertThat(world.outbox.load(world.claimOne("cardclear")))
                .contains(Map.of("name", List.of("Anna Example"), "payment-amount", List.of("12.50 CAD")));
    }

    @Test
    void hasNothingToSendOnceThePersonsKeyIsDestroyed() {
        Request request = new Request(
                world.anna,
                "cardclear",
                "payment",
                List.of("payment-amount"),
                Optional.empty(),
                Map.of("payment-amount", "12.50 CAD"));
        world.sharing.share(world.operator, request);
        world.sealer.destroyKey(KORAX, world.anna);
        Delivery delivery = world.claimOne("cardclear");
        assertThat(world.outbox.load(delivery)).isEmpty();
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void leavesOutWhatHasNoValueAndAccountsForWhatIsLeft() {
        world.subjects.hold(world.anna, Map.of("email", List.of("anna@example.org"), "name", List.of()));
        Delivery delivery = newsletter("name", "email");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("email");
        assertThat(now(delivery).fields()).containsExactly("email");
        assertThat(world.outbox.release(delivery)).isTrue();
    }

    @Test
    void cancelsWhereNoValueIsLeft() {
        world.subjects.hold(world.anna, Map.of());
        Delivery delivery = newsletter("email");
        assertThat(world.outbox.load(delivery)).isEmpty();
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "NO_VALUE"));
        assertThat(world.outbox.release(delivery)).isFalse();
    }

    @Test
    void takesRowsAboutTooFewPeopleOut() {
        Delivery delivery = statistics("[{\"cell\":\"CA\",\"count\":20},{\"cell\":\"US\",\"count\":3}]", "not a table");
        assertThat(world.outbox.load(delivery))
                .contains(Map.of("visitor-statistics", List.of("[{\"cell\":\"CA\",\"count\":20}]")));
    }

    @Test
    void cancelsWhereTooFewPeopleAreLeft() {
        Delivery delivery = statistics("[{\"cell\":\"US\",\"count\":3}]");
        assertThat(world.outbox.load(delivery)).isEmpty();
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "TOO_FEW"));
    }

    @Test
    void releasesNothingAfterAWithdrawal() {
        Delivery delivery = newsletter("email");
        assertThat(world.outbox.load(delivery)).isPresent();
        assertThat(world.consents
                        .withdraw(KORAX, world.anna, FakeConsents.everything())
                        .inDoubt())
                .singleElement()
                .satisfies(doubt -> assertThat(doubt.disclosure()).isEqualTo(delivery.disclosure()));
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
        world.outbox.complete(delivery, Result.FAILED, 0);
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void loadsLessAfterAPartialWithdrawalAndReleasesNoMoreThanThat() {
        Delivery delivery = newsletter("name", "email");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("name", "email");
        world.consents.withdraw(
                KORAX, world.anna, new Withdrawal(Optional.empty(), Optional.empty(), Set.of("name"), "web"));
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("email");
        assertThat(world.outbox.release(delivery)).isTrue();
    }

    @Test
    void releasesNothingOfWhichAPartWasWithdrawnSinceItWasLoaded() {
        Delivery delivery = newsletter("name", "email");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("name", "email");
        withdraw("newsletter", Set.of("name"));
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void releasesNothingToASuspendedPartnerAndHandsNothingOut() {
        Delivery delivery = newsletter("email");
        world.shareNewsletter("email");
        world.partners.suspend(world.integrator, "mailhaus", true);
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).hasSize(1);
        world.partners.suspend(world.integrator, "mailhaus", false);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).hasSize(1);
    }

    @Test
    void cancelsWhatIsPastItsDeadline() {
        world.optIn("email");
        Disclosure queued = world.shareNewsletter("email").disclosure();
        world.clock.advance(Duration.ofHours(24));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(world.sharing.disclosure(world.operator, queued.id()).state())
                .isEqualTo(State.CANCELLED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "DEADLINE"));
    }

    @Test
    void triesAgainLaterAndLaterUnderTheSameKeyAndParksAfterTheLastTry() {
        Delivery first = newsletter("email");
        world.outbox.complete(first, Result.FAILED, 503);
        assertThat(now(first).state()).isEqualTo(State.QUEUED);
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(4_999));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(5_001));
        Delivery second = world.claimOne("mailhaus");
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.idempotencyKey()).isEqualTo(first.idempotencyKey());
        world.outbox.complete(second, Result.FAILED, 0);
        // Twice ten seconds are more than the most, which is fifteen.
        world.clock.advance(Duration.ofSeconds(15));
        Delivery third = world.claimOne("mailhaus");
        world.outbox.complete(third, Result.FAILED, 500);
        assertThat(now(third).state()).isEqualTo(State.PARKED);
        assertThat(now(third).answer()).hasValue(500);
        world.clock.advance(Duration.ofHours(1));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_PARKED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details())
                        .containsEntry("attempts", "3")
                        .containsEntry("status", "500"));
    }

    @Test
    void waitsAsLongAsThePartnerAsksForButNotLonger() {
        Delivery first = newsletter("email");
        world.outbox.complete(first, Result.FAILED, 503, Duration.ofMinutes(10));
        world.clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(1));
        Delivery second = world.claimOne("mailhaus");
        world.outbox.complete(second, Result.FAILED, 429, Duration.ofDays(3650));
        world.clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(1));
        assertThat(world.claimOne("mailhaus").attempt()).isEqualTo(3);
    }

    @Test
    void aShortWaitDoesNotShortenTheBackOff() {
        world.outbox.complete(newsletter("email"), Result.FAILED, 503, Duration.ofMillis(1));
        world.clock.advance(Duration.ofMillis(4_999));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
    }

    @Test
    void aTryThatIsGivenBackDoesNotCount() {
        Delivery first = newsletter("email");
        for (int i = 0; i < 5; i++) {
            assertThat(world.outbox.load(first)).isPresent();
            world.outbox.giveBack(first);
            assertThat(now(first).state()).isEqualTo(State.QUEUED);
            assertThat(world.outbox.release(first)).isFalse();
            world.clock.advance(Duration.ofSeconds(10));
            assertThat(world.claimOne("mailhaus")).isEqualTo(first);
        }
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_FAILED)).isEmpty();
        assertThat(world.outbox.release(first)).isTrue();
        world.outbox.complete(first, Result.DELIVERED, 200);
        world.outbox.giveBack(first);
        assertThat(now(first).state()).isEqualTo(State.DELIVERED);
    }

    @Test
    void backOffGrowsToItsMostAndIsNeverLessThanHalfOfIt() {
        Timing timing = new Timing(
                Duration.ofHours(1), 99, Duration.ofSeconds(1), Duration.ofSeconds(300), Duration.ofSeconds(1));
        for (int attempt = 1; attempt < 99; attempt++) {
            long whole = attempt > 9 ? 300 : Math.min(300, 1L << (attempt - 1));
            assertThat(timing.backoff(attempt)).isBetween(Duration.ofMillis(whole * 500), Duration.ofSeconds(whole));
        }
    }

    @Test
    void aClaimLapsesAndTheOldTryCanNeitherSendNorHarm() {
        Delivery first = newsletter("email");
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.outbox.release(first)).isFalse();
        Delivery second = world.claimOne("mailhaus");
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(world.outbox.load(first)).isEmpty();
        assertThat(world.outbox.release(first)).isFalse();
        world.outbox.complete(first, Result.FAILED, 500);
        assertThat(now(second).state()).isEqualTo(State.SENDING);
        assertThat(world.outbox.release(second)).isTrue();
        world.outbox.complete(second, Result.DELIVERED, 200);
        world.outbox.complete(first, Result.DELIVERED, 200);
        world.outbox.complete(first, Result.REFUSED, 400);
        assertThat(now(second).state()).isEqualTo(State.DELIVERED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_DELIVERED)).hasSize(1);
    }

    @Test
    void whatAPartnerConfirmsIsAccountedForEvenIfItsClaimHadLapsed() {
        Delivery first = newsletter("email");
        assertThat(world.outbox.release(first)).isTrue();
        world.clock.advance(Duration.ofSeconds(60));
        Delivery second = world.claimOne("mailhaus");
        world.outbox.complete(first, Result.DELIVERED, 200);
        assertThat(now(second).state()).isEqualTo(State.DELIVERED);
        assertThat(world.outbox.release(second)).isFalse();
    }

    @Test
    void parksWhatNobodyEverCompletes() {
        Delivery delivery = newsletter("email");
        for (int i = 0; i < 3; i++) {
            world.clock.advance(Duration.ofSeconds(60));
            world.outbox.claim(KORAX, "mailhaus", 10);
        }
        assertThat(now(delivery).state()).isEqualTo(State.PARKED);
        assertThat(now(delivery).attempts()).isEqualTo(3);
    }

    @Test
    void aRefusedDeliveryIsParkedAtOnce() {
        Delivery delivery = newsletter("email");
        world.outbox.complete(delivery, Result.REFUSED, 422);
        assertThat(now(delivery).state()).isEqualTo(State.PARKED);
    }

    @Test
    void handsOutNoMoreThanAskedForOldestFirst() {
        world.optIn("email");
        Disclosure first = world.shareNewsletter("email").disclosure();
        world.clock.advance(Duration.ofSeconds(1));
        world.shareNewsletter("email");
        assertThat(world.outbox.claim(KORAX, "mailhaus", 1))
                .extracting(Delivery::disclosure)
                .containsExactly(first.id());
    }

    @Test
    void announcesWorkWhenItIsQueuedAndWhenATryIsDueAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (AutoCloseable registration = world.outbox.onWork(calls::incrementAndGet)) {
            assertThat(registration).isNotNull();
            await().until(() -> calls.get() > 0);
            int before = calls.get();
            Delivery delivery = newsletter("email");
            await().until(() -> calls.get() > before);
            world.outbox.complete(delivery, Result.FAILED, 0);
            world.clock.advance(Duration.ofSeconds(10));
            int failed = calls.get();
            world.outbox.wake();
            await().until(() -> calls.get() > failed + 1);
        }
        int closed = calls.get();
        world.shareNewsletter("email");
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isNotEmpty();
        world.outbox.close();
        assertThat(calls.get() - closed).isLessThanOrEqualTo(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("pledge-outbox"))
                .isEmpty();
    }

    @Test
    void aWithdrawalCancelsWhatItCoversAndLeavesTheRest() {
        world.optIn("email");
        Disclosure newsletter = world.shareNewsletter("email").disclosure();
        Request payment = new Request(world.anna, "cardclear", "payment", List.of("name"), Optional.empty(), Map.of());
        Disclosure other = ((Outcome.Queued) world.sharing.share(world.operator, payment)).disclosure();
        assertThat(withdraw("delivery", Set.of()).cancelled()).isZero();
        assertThat(withdraw("newsletter", Set.of("name")).cancelled()).isZero();
        assertThat(withdraw("newsletter", Set.of("email", "name")).cancelled()).isEqualTo(1);
        assertThat(withdraw("newsletter", Set.of()).cancelled()).isZero();
        assertThat(world.sharing.disclosure(world.operator, newsletter.id()).state())
                .isEqualTo(State.CANCELLED);
        assertThat(world.sharing.disclosure(world.operator, other.id()).state()).isEqualTo(State.QUEUED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "WITHDRAWN"));
    }

    @Test
    void anEarlierAnswerDoesNotTakeADeliveryOnItsWayOutOfDoubt() {
        Delivery delivery = newsletter("email");
        world.outbox.complete(delivery, Result.FAILED, 503);
        assertThat(withdraw("delivery", Set.of()).inDoubt()).isEmpty();
        world.clock.advance(Duration.ofSeconds(10));
        world.claimOne("mailhaus");
        Effect effect = withdraw("newsletter", Set.of());
        assertThat(effect.cancelled()).isZero();
        assertThat(effect.inDoubt()).hasSize(1);
    }

    @Test
    void whatAPartnerAnsweredWithAnErrorIsInDoubtBecauseItWasRead() {
        Delivery delivery = newsletter("email");
        world.outbox.complete(delivery, Result.FAILED, 503);
        Effect effect = withdraw("newsletter", Set.of());
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.inDoubt()).hasSize(1);
    }

    @Test
    void aWithdrawalCancelsWhatIsParkedAndNamesItIfItWasTried() {
        Delivery tried = newsletter("email");
        world.outbox.complete(tried, Result.REFUSED, 422);
        Effect effect = withdraw("newsletter", Set.of());
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.inDoubt()).singleElement().satisfies(doubt -> assertThat(doubt.disclosure())
                .isEqualTo(tried.disclosure()));
        assertThat(now(tried).state()).isEqualTo(State.CANCELLED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "WITHDRAWN"));
    }

    @Test
    void everyFailedTryThatIsRepeatedLeavesALeaf() {
        Delivery first = newsletter("email");
        world.outbox.complete(first, Result.FAILED, 503);
        assertThat(failures()).containsExactly("1 503");
        world.clock.advance(Duration.ofSeconds(15));
        Delivery second = world.claimOne("mailhaus");
        world.outbox.complete(first, Result.FAILED, 500);
        assertThat(failures()).containsExactly("1 503");
        world.clock.advance(Duration.ofSeconds(60));
        Delivery third = world.claimOne("mailhaus");
        assertThat(failures()).containsExactly("1 503", "2 none");
        world.outbox.complete(second, Result.FAILED, 500);
        world.outbox.complete(third, Result.FAILED, 0);
        assertThat(failures()).containsExactly("1 503", "2 none");
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_PARKED)).hasSize(1);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_FAILED)).allSatisfy(leaf -> {
            assertThat(leaf.subject()).contains(world.anna);
            assertThat(leaf.details())
                    .containsEntry("disclosure", first.disclosure().toString());
        });
    }

    private List<String> failures() {
        return world.audit.leaves(Leaf.Act.DISCLOSURE_FAILED).stream()
                .map(leaf ->
                        leaf.details().get("attempts") + " " + leaf.details().get("status"))
                .toList();
    }

    @Test
    void releasesNothingAboutAPersonWhoWasRemovedSinceItWasLoaded() {
        Delivery delivery = newsletter("email");
        assertThat(world.outbox.load(delivery)).isPresent();
        world.store.required(() -> world.store.removePerson(KORAX, world.anna));
        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(now(delivery).state()).isEqualTo(State.CANCELLED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "NO_VALUE"));
    }

    @Test
    void releasesSuppliedValuesAloneWithoutAskingForThePerson() {
        Request request = new Request(
                world.anna,
                "cardclear",
                "payment",
                List.of("payment-amount"),
                Optional.empty(),
                Map.of("payment-amount", "12.50 CAD"));
        world.sharing.share(world.operator, request);
        world.store.required(() -> world.store.removePerson(KORAX, world.anna));
        Delivery delivery = world.claimOne("cardclear");
        assertThat(world.outbox.load(delivery)).isPresent();
        assertThat(world.outbox.release(delivery)).isTrue();
    }

    @Test
    void aTryThatEndedWithoutAWordIsInDoubt() {
        Delivery delivery = newsletter("email");
        world.outbox.complete(delivery, Result.FAILED, 0);
        Effect effect = world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.inDoubt()).hasSize(1);
    }

    private Effect withdraw(String purpose, Set<String> categories) {
        return world.consents.withdraw(
                KORAX, world.anna, new Withdrawal(Optional.of(purpose), Optional.of("mailhaus"), categories, "web"));
    }
}
