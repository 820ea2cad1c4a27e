package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.policy.Decision;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Request;
import org.pledge.subject.spi.SubjectStore.Mark;

/** That a removal is not done while the ledger names somebody who has not answered it, whatever happened before. */
class RemovalLawTest {
    /** What can happen, in any order. */
    enum Step {
        GRANT,
        GRANT_EMAIL,
        WITHDRAW,
        SHARE,
        SHARE_SUPPLIED,
        CLAIM,
        RELEASE,
        DELIVERED,
        FAILED,
        REFUSED_BY_SYSTEM,
        CRASH,
        LATE_ANSWER,
        TIME,
        WEEK,
        CORRECT,
        RESTRICT,
        LIFT,
        SUSPEND,
        RESUME,
        REMOVE,
        CONFIRM,
        REFUSE,
        RETRY,
        DROP
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.of(Step.class).list().ofMinSize(4).ofMaxSize(50);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
    void doneMeansThatEverybodyInTheLedgerConfirmedOrRefusedOnAGround(@ForAll("histories") List<Step> history) {
        World world = new World();
        try {
            Walk walk = new Walk(world);
            history.forEach(step -> {
                walk.take(step);
                walk.check();
            });
            walk.take(Step.REMOVE);
            walk.check();
            walk.answerEverything();
        } finally {
            world.close();
        }
    }

    /** What a sender has in hands. */
    private record Sending(Delivery delivery, Map<String, List<String>> values, boolean erasure) {}

    /** One history. */
    private static final class Walk {
        private static final List<String> PARTNERS = List.of("mailhaus", "cardclear");

        private final World world;
        private final NoticeClock clock;
        private final List<Sending> claimed = new ArrayList<>();
        private final List<Sending> released = new ArrayList<>();
        private final List<Sending> lost = new ArrayList<>();
        private final Map<String, Boolean> meanings = new HashMap<>();
        private final Set<String> consented = new HashSet<>();
        private boolean removed;

        Walk(World world) {
            this.world = world;
            this.clock = world.noticeClock();
        }

        void take(Step step) {
            world.clock.advance(Duration.ofMillis(1));
            try {
                switch (step) {
                    case GRANT -> grant("name", "email");
                    case GRANT_EMAIL -> grant("email");
                    case WITHDRAW -> withdraw();
                    case SHARE -> share(world.request("mailhaus", "newsletter", "name", "email"));
                    case SHARE_SUPPLIED ->
                        share(new Request(
                                world.anna,
                                "cardclear",
                                "payment",
                                List.of("payment-amount"),
                                Optional.empty(),
                                Map.of("payment-amount", "12.00 EUR")));
                    case CLAIM -> claim();
                    case RELEASE -> release();
                    case DELIVERED -> complete(Result.DELIVERED, 200);
                    case FAILED -> complete(Result.FAILED, 500);
                    case REFUSED_BY_SYSTEM -> complete(Result.REFUSED, 400);
                    case CRASH -> crash();
                    case LATE_ANSWER -> lost.forEach(one -> end(one, Result.DELIVERED, 200));
                    case TIME -> world.clock.advance(Duration.ofMinutes(2));
                    case WEEK -> week();
                    case CORRECT -> correct();
                    case RESTRICT -> restrict(true);
                    case LIFT -> restrict(false);
                    case SUSPEND -> PARTNERS.forEach(partner -> world.partners.suspend(world.officer, partner, true));
                    case RESUME -> resume();
                    case REMOVE -> remove();
                    case CONFIRM ->
                        first().ifPresent(one -> world.notices.acknowledge(world.operator, one.id(), "phone"));
                    case REFUSE ->
                        first().ifPresent(one ->
                                world.notices.refuse(world.officer, one.id(), Exemption.LEGAL_OBLIGATION, "letter"));
                    case RETRY -> parked().ifPresent(one -> world.notices.retry(world.operator, one.id()));
                    case DROP -> parked().ifPresent(one -> world.notices.drop(world.operator, one.id()));
                    default -> throw new AssertionError(step);
                }
            } catch (PledgeException e) {
                assertThat(e.kind()).isNotEqualTo(PledgeException.Kind.NOT_FOUND);
            }
        }

        private void grant(String... fields) {
            if (!removed) {
                world.optIn(fields);
                consented.addAll(List.of(fields));
            }
        }

        private void withdraw() {
            world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
            consented.clear();
        }

        /** Nobody is known after the removal, so nothing is decided any more. */
        private void share(Request request) {
            if (!removed) {
                world.sharing.share(world.operator, request);
            }
        }

        private void claim() {
            PARTNERS.stream()
                    .flatMap(partner -> world.outbox.claim(KORAX, partner, 1).stream())
                    .forEach(delivery -> world.outbox
                            .load(delivery)
                            .ifPresent(values -> claimed.add(
                                    new Sending(delivery, values, delivery.kind() != Kind.DISCLOSURE && !isKnown()))));
        }

        private void release() {
            if (claimed.isEmpty()) {
                claim();
            }
            claimed.stream().filter(one -> world.outbox.release(one.delivery())).forEach(one -> {
                checkLeaving(one);
                released.add(one);
            });
            claimed.clear();
        }

        /** What leaves now is true now, and its key means what it meant before. */
        private void checkLeaving(Sending sending) {
            Delivery delivery = sending.delivery();
            assertThat(Optional.ofNullable(meanings.putIfAbsent(delivery.idempotencyKey(), sending.erasure())))
                    .as("what the key of a %s meant before", delivery.kind())
                    .isIn(Optional.empty(), Optional.of(sending.erasure()));
            switch (delivery.kind()) {
                case RESTRICTION -> assertThat(isKnown() && isRestricted()).isTrue();
                case RESTRICTION_LIFTED ->
                    assertThat(isKnown() && !isRestricted()).isTrue();
                case WITHDRAWAL -> {
                    if (delivery.attempt() > 1) {
                        ledger().stream()
                                .filter(sent -> sending.values()
                                        .get("disclosures")
                                        .contains(sent.id().toString()))
                                .forEach(sent -> assertThat(sending.values().get("fields"))
                                        .as("fields that are allowed again")
                                        .noneMatch(
                                                field -> sent.fields().contains(field) && consented.contains(field)));
                    }
                }
                case DISCLOSURE ->
                    assertThat(isKnown() || delivery.partner().equals("cardclear"))
                            .isTrue();
                case CORRECTION -> assertThat(sending.values()).isNotEmpty();
                default -> throw new AssertionError(delivery.kind());
            }
        }

        private void complete(Result result, int status) {
            if (released.isEmpty()) {
                release();
            }
            released.forEach(one -> end(one, result, status));
            released.clear();
        }

        private void end(Sending sending, Result result, int status) {
            world.outbox.complete(sending.delivery(), result, status, Duration.ZERO);
        }

        private void crash() {
            lost.addAll(released);
            released.clear();
            claimed.clear();
        }

        private void week() {
            world.clock.advance(Duration.ofDays(7));
            clock.check();
            assertThat(notices()).noneMatch(one -> one.state() == State.SENDING);
        }

        private void correct() {
            world.store.required(() -> world.recipients.corrected(KORAX, world.anna, Set.of("email")));
        }

        private void restrict(boolean restricted) {
            if (!removed && isRestricted() != restricted) {
                world.store.required(() -> {
                    if (restricted) {
                        world.store.mark(KORAX, world.anna, Mark.RESTRICTED);
                        world.recipients.restricted(KORAX, world.anna);
                    } else {
                        world.store.unmark(KORAX, world.anna, Mark.RESTRICTED);
                        world.recipients.lifted(KORAX, world.anna);
                    }
                });
            }
        }

        private boolean isKnown() {
            return world.store.required(() -> world.store.knows(KORAX, world.anna));
        }

        private boolean isRestricted() {
            return world.store
                    .required(() -> world.store.marks(KORAX, world.anna))
                    .contains(Mark.RESTRICTED);
        }

        private void resume() {
            PARTNERS.forEach(partner -> world.partners.suspend(world.officer, partner, false));
        }

        private void remove() {
            if (!removed) {
                removed = true;
                world.store.required(() -> {
                    world.store.mark(KORAX, world.anna, Mark.ERASED);
                    world.recipients.removed(KORAX, world.anna, Set.of("name", "email"));
                });
            }
        }

        private Optional<Notice> first() {
            return notices().stream().filter(one -> !one.settled()).findFirst();
        }

        private Optional<Notice> parked() {
            return notices().stream().filter(one -> one.state() == State.PARKED).findFirst();
        }

        private List<Notice> notices() {
            return world.notices
                    .ofSubject(world.operator, world.anna, Optional.empty(), 500)
                    .items();
        }

        private List<Disclosure> ledger() {
            return world.store.required(() -> world.store.sent(KORAX, world.anna));
        }

        /** Whatever happened, it is done when everybody who was told has answered and staff knows of what was dropped. */
        void answerEverything() {
            crash();
            resume();
            take(Step.WEEK);
            for (int round = 0; !notices().stream().allMatch(Notice::settled); round++) {
                assertThat(round).as("rounds, after which it would have ended").isLessThan(20);
                complete(Result.DELIVERED, 200);
                notices().stream()
                        .filter(one -> one.state() == State.DELIVERED || one.state() == State.DROPPED)
                        .forEach(one -> world.notices.acknowledge(world.operator, one.id(), "phone"));
                week();
                release();
            }
            assertThat(world.notices.recipients(world.officer, world.anna)).allMatch(Recipient::settled);
            check();
        }

        void check() {
            List<Disclosure> ledger = ledger();
            List<Recipient> recipients = world.notices.recipients(world.officer, world.anna);
            assertThat(recipients)
                    .extracting(Recipient::partner)
                    .containsExactlyInAnyOrderElementsOf(
                            ledger.stream().map(Disclosure::partner).distinct().toList());
            if (removed && recipients.stream().allMatch(Recipient::settled)) {
                List<Notice> notices = notices();
                ledger.forEach(sent -> assertThat(notices)
                        .as(sent.partner())
                        .anyMatch(notice -> notice.kind() == Kind.CORRECTION
                                && notice.disclosures().contains(sent.id())
                                && notice.fields().containsAll(sent.fields())
                                && (notice.state() == State.CONFIRMED
                                        || notice.state() == State.REFUSED
                                                && notice.ground().isPresent())));
                assertThat(notices)
                        .filteredOn(notice -> notice.kind() == Kind.WITHDRAWAL || notice.kind() == Kind.CORRECTION)
                        .allMatch(Notice::settled);
            }
            if (removed) {
                assertThat(world.store.required(() -> world.store.lockUnfinished(KORAX, world.anna)))
                        .allMatch(stored -> stored.disclosure().state() == SharingService.State.SENDING
                                || stored.disclosure().attempts() > 0);
            }
        }
    }

    @Test
    void whoGotSuppliedValuesOnlyIsToldAndARefusalWithItsGroundIsAnAnswer() {
        World world = new World();
        try {
            Walk walk = new Walk(world);
            List.of(Step.SHARE_SUPPLIED, Step.CLAIM, Step.DELIVERED, Step.REMOVE)
                    .forEach(walk::take);
            assertThat(world.notices.recipients(world.officer, world.anna))
                    .extracting(Recipient::answer)
                    .containsExactly(Answer.AWAITED);
            walk.take(Step.CLAIM);
            walk.take(Step.DELIVERED);
            Caller cardclear = world.caller("cardclear", Role.PARTNER);
            Notice notice = walk.notices().get(0);
            Notice refused = world.notices.refuse(cardclear, notice.id(), Exemption.LEGAL_OBLIGATION);
            assertThat(refused.state()).isEqualTo(State.REFUSED);
            assertThat(refused.ground()).contains(Exemption.LEGAL_OBLIGATION);
            assertThat(world.notices.acknowledge(cardclear, notice.id())).isEqualTo(refused);
            assertThat(world.notices.recipients(world.officer, world.anna))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.answer()).isEqualTo(Answer.REFUSED);
                        assertThat(one.ground()).contains(Exemption.LEGAL_OBLIGATION);
                        assertThat(one.settled()).isTrue();
                    });
        } finally {
            world.close();
        }
    }

    @Test
    void aRemovalCancelsWhatWaitsWhateverItsBasis() {
        World world = new World();
        try {
            Walk walk = new Walk(world);
            walk.take(Step.SHARE_SUPPLIED);
            walk.take(Step.REMOVE);
            assertThat(world.outbox.claim(KORAX, "cardclear", 10)).isEmpty();
            assertThat(world.notices.recipients(world.officer, world.anna)).isEmpty();
        } finally {
            world.close();
        }
    }

    @Test
    void whatIsLoadedWhenSomebodyIsRemovedOfWhomAHoldKeepsSomethingDoesNotLeave() {
        World world = new World();
        try {
            Walk walk = new Walk(world);
            List.of(Step.GRANT, Step.SHARE, Step.CLAIM, Step.REMOVE).forEach(walk::take);
            assertThat(world.store.required(() -> world.store.person(KORAX, world.anna)))
                    .isPresent();
            walk.take(Step.RELEASE);
            assertThat(walk.released).isEmpty();
            assertThat(walk.ledger()).extracting(Disclosure::state).containsExactly(SharingService.State.CANCELLED);
        } finally {
            world.close();
        }
    }

    @Test
    void nothingIsSharedOfSomebodyRestrictedAndOnlyWhatAContractNeedsOfWhoObjects() {
        World world = new World();
        try {
            world.optIn("name", "email");
            world.consents.accept(KORAX, world.anna, 1, "CA!");
            assertThat(world.gate
                            .prepare(KORAX, "cardclear", "payment", List.of("payment-amount"))
                            .decide(world.anna))
                    .isInstanceOfSatisfying(Decision.Denied.class, denied -> {
                        assertThat(denied.reasons().get(0).code()).isEqualTo(Decision.Code.RESTRICTED);
                        assertThat(denied.remedy()).contains("rights:lift");
                    });
            world.consents.accept(KORAX, world.anna, 1, "CA");
            assertThat(world.gate
                            .prepare(KORAX, "cardclear", "payment", List.of("payment-amount"))
                            .decide(world.anna))
                    .isInstanceOf(Decision.Permitted.class);
        } finally {
            world.close();
        }
    }
}
