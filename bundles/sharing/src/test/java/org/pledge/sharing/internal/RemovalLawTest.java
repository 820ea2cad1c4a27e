package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
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

/** That a removal is not done while the ledger names somebody who has not answered it, whatever happened before. */
class RemovalLawTest {
    /** What can happen, in any order. */
    enum Step {
        GRANT,
        WITHDRAW,
        SHARE,
        SHARE_SUPPLIED,
        CLAIM,
        DELIVERED,
        FAILED,
        REFUSED_BY_SYSTEM,
        TIME,
        CORRECT,
        REMOVE,
        CONFIRM,
        REFUSE,
        RETRY,
        DROP
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.of(Step.class).list().ofMinSize(4).ofMaxSize(40);
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
        } finally {
            world.close();
        }
    }

    /** One history. */
    private static final class Walk {
        private final World world;
        private Optional<Delivery> claimed = Optional.empty();
        private boolean removed;

        Walk(World world) {
            this.world = world;
        }

        void take(Step step) {
            try {
                switch (step) {
                    case GRANT -> world.optIn("name", "email");
                    case WITHDRAW -> world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
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
                    case DELIVERED -> complete(Result.DELIVERED, 200);
                    case FAILED -> complete(Result.FAILED, 500);
                    case REFUSED_BY_SYSTEM -> complete(Result.REFUSED, 400);
                    case TIME -> world.clock.advance(Duration.ofMinutes(2));
                    case CORRECT ->
                        world.store.required(() -> world.recipients.corrected(KORAX, world.anna, Set.of("email")));
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

        /** Nobody is known after the removal, so nothing is decided any more. */
        private void share(Request request) {
            if (!removed) {
                world.sharing.share(world.operator, request);
            }
        }

        private void claim() {
            for (String partner : List.of("mailhaus", "cardclear")) {
                for (Delivery delivery : world.outbox.claim(KORAX, partner, 1)) {
                    claimed = Optional.of(delivery);
                    world.outbox.load(delivery);
                }
            }
        }

        private void complete(Result result, int status) {
            claimed.ifPresent(delivery -> world.outbox.complete(delivery, result, status, Duration.ZERO));
            claimed = Optional.empty();
        }

        private void remove() {
            if (!removed) {
                removed = true;
                world.store.required(() -> world.recipients.removed(KORAX, world.anna, Set.of("name", "email")));
            }
        }

        private Optional<Notice> first() {
            return notices().stream().filter(one -> !one.answered()).findFirst();
        }

        private Optional<Notice> parked() {
            return notices().stream().filter(one -> one.state() == State.PARKED).findFirst();
        }

        private List<Notice> notices() {
            return world.notices
                    .ofSubject(world.operator, world.anna, Optional.empty(), 500)
                    .items();
        }

        void check() {
            List<Disclosure> ledger = world.store.required(() -> world.store.sent(KORAX, world.anna));
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
                assertThat(notices).allMatch(Notice::settled);
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
