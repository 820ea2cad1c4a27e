package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Authorisation;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway.Answer;

final class DefaultPaymentServiceTest {
    private final World world = new World();
    private final DefaultPaymentService payments = world.payments;
    private final FakeGateway gateway = world.gateway;
    private Card card;

    @BeforeEach
    void store() {
        card = world.cards.store(
                World.OPERATOR,
                World.CUSTOMER,
                new Jwe(world).address().text("securityCode", "123").bytes());
        gateway.answers = instruction -> {
            gateway.carryOut(instruction);
            return Optional.of(FakeGateway.DONE);
        };
    }

    private Payment authorise(long amount, String reference) {
        return payments.authorise(World.OPERATOR, World.authorisation(card, amount, reference));
    }

    private Payment captured(long amount) {
        Payment authorised = authorise(amount, "a-" + UUID.randomUUID());
        return payments.capture(World.OPERATOR, authorised.id(), amount, "c-" + UUID.randomUUID());
    }

    private Page<Payment> inDoubt(Caller caller, Optional<String> cursor, int limit) {
        return payments.payments(caller, State.IN_DOUBT, cursor, limit);
    }

    private Authorisation with(String purpose, String currency, String reference, Optional<byte[]> code) {
        return new Authorisation(card.token(), 100, currency, purpose, reference, code);
    }

    @Test
    void authorisesWithAllThatWasGivenAndKeepsTheResults() {
        Payment done = authorise(1999, "order-1");
        assertThat(done.state()).isEqualTo(State.CONFIRMED);
        assertThat(done.code()).isEqualTo("M");
        assertThat(done.addressMatch()).isEqualTo("Y");
        assertThat(gateway.cards)
                .containsExactly(Map.of(
                        "number", FakeGateway.hash(Jwe.VISA),
                        "expiry", FakeGateway.hash("2030-01"),
                        "holder", FakeGateway.hash(Jwe.HOLDER),
                        "address",
                                FakeGateway.hash("{\"street\":\"12 Canary Wharf\",\"postalCode\":\"E14 5AB\","
                                        + "\"city\":\"London\",\"country\":\"GB\"}"),
                        "code", FakeGateway.hash("123")));
        assertThat(payments.payment(World.OPERATOR, done.id())).isEqualTo(done);
        assertThat(payments.payments(World.OPERATOR, card.token(), 10)).containsExactly(done);
    }

    @Test
    void recordsEachStepInItsOrder() {
        authorise(100, "order-1");
        world.handOn();
        assertThat(world.leaves)
                .extracting(Leaf::act)
                .containsExactly(
                        Leaf.Act.CARD_STORED,
                        Leaf.Act.PAYMENT_INTENDED,
                        Leaf.Act.PAYMENT_SENT,
                        Leaf.Act.PAYMENT_CONFIRMED);
        assertThat(world.leaves.get(2).details())
                .containsEntry("partner", "clearing-1")
                .containsEntry("amount", "100")
                .containsEntry("currency", "EUR")
                .containsEntry("reference", "order-1");
        assertThat(world.leaves.get(3).subject()).contains(World.CUSTOMER);
    }

    @Test
    void isDurablyMarkedAsSentBeforeAnythingIsSent() {
        List<State> seen = new ArrayList<>();
        gateway.answers = instruction -> {
            world.vault
                    .required(() -> world.vault.payment(World.TENANT, instruction.id()))
                    .map(Payment::state)
                    .ifPresent(seen::add);
            return Optional.of(FakeGateway.DONE);
        };
        authorise(100, "order-1");
        assertThat(seen).containsExactly(State.SENT);
    }

    @Test
    void usesASecurityCodeForOneAuthorisationAlone() {
        authorise(100, "order-1");
        authorise(100, "order-2");
        assertThat(gateway.cards)
                .extracting(sent -> sent.get("code"))
                .containsExactly(FakeGateway.hash("123"), FakeGateway.hash(""));
        assertThat(world.codes.waiting()).isZero();
    }

    @Test
    void usesTheCodeThatComesWithTheAuthorisationAndForgetsTheOther() {
        payments.authorise(
                World.OPERATOR,
                with(
                        "payment",
                        "EUR",
                        "order-1",
                        Optional.of(Jwe.code(world, "987").bytes())));
        assertThat(gateway.cards).extracting(sent -> sent.get("code")).containsExactly(FakeGateway.hash("987"));
        assertThat(world.codes.waiting()).isZero();
    }

    @Test
    void takesNoCodeWithAnAuthorisationWhereThePolicyRefusesIt() {
        card = world.cards.store(
                World.OPERATOR,
                World.CUSTOMER,
                new Jwe(world).text("number", Jwe.AMEX).bytes());
        Optional<byte[]> code = Optional.of(Jwe.code(world, "1234").bytes());
        assertThat(Refused.with(
                                Kind.DENIED,
                                () -> payments.authorise(World.OPERATOR, with("payment", "EUR", "order-1", code)))
                        .promises())
                .containsExactly("AN-8");
        assertThat(gateway.sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"decline", "doubt", "not-sent", "failure"})
    void destroysTheCodeAndTheCardDataWhateverBecomesOfIt(String end) {
        gateway.answers = instruction -> switch (end) {
            case "decline" -> Optional.of(new Answer(false, "insufficient-funds", "N", ""));
            case "doubt" -> Optional.empty();
            case "not-sent" -> throw new PledgeException(Kind.UNAVAILABLE, "cannot be reached");
            default -> throw new IllegalStateException("broken");
        };
        authorise(100, "order-1");
        assertThat(world.codes.waiting()).isZero();
        assertThat(gateway.sent).singleElement().satisfies(sent -> {
            assertThat(sent.card().orElseThrow().number()).containsOnly(0);
            assertThat(sent.card().orElseThrow().code()).containsOnly(0);
            assertThat(sent.card().orElseThrow().holder()).containsOnly(0);
            assertThat(sent.card().orElseThrow().address()).containsOnly(0);
        });
    }

    @Test
    void givesTheSamePaymentForTheSameReferenceAndSendsOnce() {
        Payment first = authorise(100, "order-1");
        assertThat(authorise(100, "order-1")).isEqualTo(first);
        assertThat(gateway.sent).hasSize(1);
        Refused.with(Kind.CONFLICT, () -> authorise(101, "order-1"));
        Payment captured = payments.capture(World.OPERATOR, first.id(), 40, "order-1");
        assertThat(payments.capture(World.OPERATOR, first.id(), 40, "order-1")).isEqualTo(captured);
        Refused.with(Kind.CONFLICT, () -> payments.capture(World.OPERATOR, first.id(), 41, "order-1"));
        assertThat(gateway.sent).hasSize(2);
    }

    @Test
    void keepsWhyTheClearingHouseRefused() {
        gateway.answers = instruction -> Optional.of(new Answer(false, "insufficient-funds", "N", "N"));
        Payment refused = authorise(100, "order-1");
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.reason()).isEqualTo("insufficient-funds");
        assertThat(refused.code()).isEqualTo("N");
    }

    @ParameterizedTest
    @ValueSource(strings = {"card 4111111111111111 declined", "4111111111111111", "4111-1111-1111-1111", "<b>"})
    void doesNotKeepAReasonThatMayBeANumber(String reason) {
        gateway.answers = instruction -> Optional.of(new Answer(false, reason, "4111", "4111"));
        Payment refused = authorise(100, "order-1");
        assertThat(List.of(refused.reason(), refused.code(), refused.addressMatch()))
                .containsOnly("");
    }

    @Test
    void pagesThroughTheMovementsOfAStateAlsoWhenOneLeavesIt() {
        gateway.answers = instruction -> Optional.empty();
        List<Payment> doubtful = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            world.clock.advance(Duration.ofSeconds(1));
            doubtful.add(authorise(100, "order-" + i));
        }
        Page<Payment> first = inDoubt(World.OPERATOR, Optional.empty(), 2);
        assertThat(first.items()).containsExactly(doubtful.get(0), doubtful.get(1));
        gateway.ledger.put(doubtful.get(1).id(), FakeGateway.DONE);
        assertThat(payments.resolve(World.OPERATOR, doubtful.get(1).id()).state())
                .isEqualTo(State.CONFIRMED);
        Page<Payment> second = inDoubt(World.OPERATOR, first.next(), 2);
        assertThat(second.items()).containsExactly(doubtful.get(2));
        assertThat(second.next()).isEmpty();
        assertThat(payments.payments(World.OPERATOR, State.CONFIRMED, Optional.empty(), 2)
                        .items())
                .extracting(Payment::id)
                .containsExactly(doubtful.get(1).id());
    }

    @Test
    void takesNoCursorThatNoPageEndedWith() {
        Payment own = authorise(100, "order-1");
        for (String cursor : List.of("", "1", UUID.randomUUID().toString())) {
            Refused.with(Kind.INVALID, () -> inDoubt(World.OPERATOR, Optional.of(cursor), 1));
        }
        Refused.with(
                Kind.INVALID,
                () -> inDoubt(World.OTHER_OPERATOR, Optional.of(own.id().toString()), 1));
    }

    @Test
    void isInDoubtWithoutAnAnswerAndIsNeverSentAgain() {
        gateway.answers = instruction -> {
            gateway.carryOut(instruction);
            return Optional.empty();
        };
        Payment doubtful = authorise(100, "order-1");
        assertThat(doubtful.state()).isEqualTo(State.IN_DOUBT);
        assertThat(inDoubt(World.OPERATOR, Optional.empty(), 10).items()).containsExactly(doubtful);
        assertThat(inDoubt(World.OTHER_OPERATOR, Optional.empty(), 10).items()).isEmpty();
        assertThat(authorise(100, "order-1").state()).isEqualTo(State.IN_DOUBT);
        Payment resolved = payments.resolve(World.OPERATOR, doubtful.id());
        assertThat(resolved.state()).isEqualTo(State.CONFIRMED);
        assertThat(payments.resolve(World.OPERATOR, doubtful.id())).isEqualTo(resolved);
        assertThat(gateway.sent).hasSize(1);
        assertThat(gateway.asked).hasSize(1);
    }

    @Test
    void staysInDoubtWhenTheClearingHouseCannotBeAsked() {
        gateway.answers = instruction -> Optional.empty();
        gateway.says = id -> Optional.empty();
        Payment doubtful = authorise(100, "order-1");
        assertThat(payments.resolve(World.OPERATOR, doubtful.id()).state()).isEqualTo(State.IN_DOUBT);
    }

    @Test
    void refusesWhatTheClearingHouseNeverHeardOf() {
        gateway.answers = instruction -> Optional.empty();
        Payment doubtful = authorise(100, "order-1");
        Payment resolved = payments.resolve(World.OPERATOR, doubtful.id());
        assertThat(resolved.state()).isEqualTo(State.REFUSED);
        assertThat(resolved.reason()).isEqualTo("unknown");
    }

    @Test
    void believesAnAnswerThatComesAfterTheClearingHouseDeniedKnowingIt() {
        gateway.answers = instruction -> {
            world.clock.advance(Duration.ofMinutes(3));
            world.resolver.run();
            world.clock.advance(Duration.ofSeconds(6));
            world.resolver.run(); // asks, and is told that nobody heard of it
            return Optional.of(FakeGateway.DONE);
        };
        assertThat(authorise(100, "order-1").state()).isEqualTo(State.CONFIRMED);
        assertThat(gateway.asked).hasSize(1);
    }

    @Test
    void keepsTheAnswerWhenTheResolverWasFaster() {
        gateway.answers = instruction -> {
            gateway.carryOut(instruction);
            world.clock.advance(Duration.ofMinutes(3));
            world.resolver.run();
            world.clock.advance(Duration.ofSeconds(6));
            world.resolver.run();
            return Optional.empty();
        };
        assertThat(authorise(100, "order-1").state()).isEqualTo(State.CONFIRMED);
    }

    @Test
    void doesNothingWithoutAGateway() {
        world.gateways.clear();
        assertThat(Refused.with(Kind.UNAVAILABLE, () -> authorise(100, "order-1")))
                .hasMessageContaining("nothing was done");
        assertThat(payments.payments(World.OPERATOR, card.token(), 10)).isEmpty();
        assertThat(world.codes.waiting()).as("the code waits on").isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = Decision.Code.class,
            names = {"PARTNER_SUSPENDED", "ATTESTATION_MISSING", "AGREEMENT_NOT_VALID", "UNKNOWN_SUBJECT"})
    void sendsNothingThatTheGateRefusesAndNamesThePromise(Decision.Code code) {
        world.decisions = (partner, fields) -> World.denied(code, "OT-8");
        assertThat(Refused.with(Kind.DENIED, () -> authorise(100, "order-1")).promises())
                .containsExactly("OT-8");
        assertThat(world.refusal()).isEqualTo("[OT-8] " + code);
        assertThat(gateway.sent).isEmpty();
        assertThat(payments.payments(World.OPERATOR, card.token(), 10)).isEmpty();
    }

    @Test
    void sendsNothingWhenTheGateHoldsTheNumberBackOrAsksForMore() {
        world.decisions = (partner, fields) -> new Decision.Permitted(
                Set.of("payment-amount"),
                List.of(),
                List.of("AN-11"),
                List.of(new Decision.Reason(Decision.Code.NOT_AGREED, "card-number", List.of("AN-11"), "not agreed")));
        Refused.with(Kind.DENIED, () -> authorise(100, "order-1"));
        world.decisions = (partner, fields) -> new Decision.Permitted(
                Set.copyOf(fields),
                List.of(new Policy.Obligation("k-anonymity", Map.of("k", "20"))),
                List.of("AN-11"),
                List.of());
        Refused.with(Kind.DENIED, () -> authorise(100, "order-1"));
        assertThat(gateway.sent).isEmpty();
    }

    @Test
    void sendsNothingWhenTheGatewayIsRefusedAtTheLastMoment() {
        gateway.answers = instruction -> {
            throw new PledgeException(Kind.DENIED, "suspended").because(List.of("OT-8"));
        };
        Payment refused = authorise(100, "order-1");
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.reason()).isEqualTo("denied");
        world.handOn();
        assertThat(world.leaves(Leaf.Act.PAYMENT_REFUSED)).singleElement().satisfies(leaf -> assertThat(leaf.promises())
                .containsExactly("OT-8"));
    }

    @Test
    void needsAPartnerThatIsAClearingHouse() {
        world.partners.clear();
        world.partners.add(World.partner("other", "rest"));
        world.decisions = (partner, fields) -> World.denied(
                partner.equals("clearing-house") ? Decision.Code.UNKNOWN_PARTNER : Decision.Code.NO_VALUE, "AN-12");
        Refused.with(Kind.DENIED, () -> authorise(100, "order-1"));
        assertThat(world.refusal()).isEqualTo("[AN-12] UNKNOWN_PARTNER");
    }

    @Test
    void staysWithThePartnerThatTheAuthorisationWentTo() {
        Payment authorised = authorise(100, "order-1");
        world.partners.add(0, World.partner("a-newer-one", "clearing"));
        payments.capture(World.OPERATOR, authorised.id(), 100, "c-1");
        authorise(100, "order-2");
        assertThat(gateway.sent)
                .extracting(sent -> sent.partner())
                .containsExactly("clearing-1", "clearing-1", "a-newer-one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"marketing", "service-operation", "", "PAYMENT"})
    void refusesEveryOtherPurposeByItsPromise(String purpose) {
        assertThat(Refused.with(
                                Kind.DENIED,
                                () -> payments.authorise(
                                        World.OPERATOR, with(purpose, "EUR", "order-1", Optional.empty())))
                        .promises())
                .containsExactly("AN-9", "AN-11");
        assertThat(world.refusal()).isEqualTo("[AN-9, AN-11] card-purpose");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eur", "EURO", "XYZ", "XXX", "XAU", ""})
    void wantsACurrencyOfIso4217(String currency) {
        Refused.with(
                Kind.INVALID,
                () -> payments.authorise(World.OPERATOR, with("payment", currency, "order-1", Optional.empty())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "4111111111111111", "4111-1111-1111-1111", "é"})
    void wantsAReferenceThatIsNone(String reference) {
        Refused.with(Kind.INVALID, () -> authorise(100, reference));
    }

    @Test
    void wantsAnAmountAndACardThatIsValid() {
        Refused.with(Kind.INVALID, () -> authorise(0, "order-1"));
        Refused.with(Kind.INVALID, () -> authorise(-5, "order-1"));
        world.clock.advance(Duration.ofDays(4 * 366));
        assertThat(Refused.with(Kind.INVALID, () -> authorise(100, "order-1"))).hasMessage("the card has expired");
    }

    @Test
    void knowsNoTokenOfAnotherTenant() {
        Refused.with(
                Kind.NOT_FOUND,
                () -> payments.authorise(World.OTHER_OPERATOR, World.authorisation(card, 100, "order-1")));
        Payment authorised = authorise(100, "order-1");
        Refused.with(Kind.NOT_FOUND, () -> payments.payment(World.OTHER_OPERATOR, authorised.id()));
        Refused.with(Kind.NOT_FOUND, () -> payments.capture(World.OTHER_OPERATOR, authorised.id(), 1, "c"));
        Refused.with(Kind.NOT_FOUND, () -> payments.resolve(World.OTHER_OPERATOR, authorised.id()));
        assertThat(payments.payments(World.OTHER_OPERATOR, card.token(), 10)).isEmpty();
    }

    @Test
    void capturesNoMoreThanWasAuthorised() {
        Payment authorised = authorise(100, "order-1");
        payments.capture(World.OPERATOR, authorised.id(), 60, "c-1");
        assertThat(Refused.with(Kind.INVALID, () -> payments.capture(World.OPERATOR, authorised.id(), 41, "c-2")))
                .hasMessageContaining("40");
        payments.capture(World.OPERATOR, authorised.id(), 40, "c-3");
        Refused.with(Kind.INVALID, () -> payments.capture(World.OPERATOR, authorised.id(), 1, "c-4"));
        assertThat(gateway.sent).hasSize(3);
        assertThat(gateway.sent.get(1).card())
                .as("only an authorisation has the card")
                .isEmpty();
        assertThat(gateway.sent.get(1).parent()).contains(authorised.id());
    }

    @Test
    void countsACaptureInDoubtAndNotARefusedOne() {
        Payment authorised = authorise(100, "order-1");
        gateway.answers = instruction -> Optional.of(new Answer(false, "no", "", ""));
        payments.capture(World.OPERATOR, authorised.id(), 100, "c-1");
        gateway.answers = instruction -> Optional.empty();
        payments.capture(World.OPERATOR, authorised.id(), 100, "c-2");
        Refused.with(Kind.INVALID, () -> payments.capture(World.OPERATOR, authorised.id(), 1, "c-3"));
    }

    @Test
    void buildsOnlyOnWhatIsConfirmed() {
        gateway.answers = instruction -> Optional.empty();
        Payment doubtful = authorise(100, "order-1");
        assertThat(Refused.with(Kind.CONFLICT, () -> payments.capture(World.OPERATOR, doubtful.id(), 1, "c-1")))
                .hasMessageContaining("IN_DOUBT");
        Refused.with(Kind.CONFLICT, () -> payments.cancel(World.OPERATOR, doubtful.id(), "v-1"));
        Refused.with(Kind.INVALID, () -> payments.refund(World.OPERATOR, doubtful.id(), 1, "r-1"));
        Refused.with(Kind.NOT_FOUND, () -> payments.capture(World.OPERATOR, UUID.randomUUID(), 1, "c-1"));
    }

    @Test
    void givesUpOnlyWhatWasNotCaptured() {
        Payment first = authorise(100, "order-1");
        Payment voided = payments.cancel(World.OPERATOR, first.id(), "v-1");
        assertThat(voided.state()).isEqualTo(State.CONFIRMED);
        assertThat(voided.amount()).isEqualTo(100);
        assertThat(payments.cancel(World.OPERATOR, first.id(), "v-1")).isEqualTo(voided);
        Refused.with(Kind.CONFLICT, () -> payments.cancel(World.OPERATOR, first.id(), "v-2"));
        Refused.with(Kind.CONFLICT, () -> payments.capture(World.OPERATOR, first.id(), 1, "c-1"));
        Payment capture = captured(50);
        Refused.with(
                Kind.CONFLICT,
                () -> payments.cancel(World.OPERATOR, capture.parent().orElseThrow(), "v-3"));
    }

    @Test
    void givesBackNoMoreThanWasCaptured() {
        Payment capture = captured(100);
        payments.refund(World.OPERATOR, capture.id(), 30, "r-1");
        payments.chargeback(World.OPERATOR, capture.id(), 50, "cb-1");
        Refused.with(Kind.INVALID, () -> payments.refund(World.OPERATOR, capture.id(), 21, "r-2"));
        payments.refund(World.OPERATOR, capture.id(), 20, "r-3");
    }

    @Test
    void recordsAChargebackWithItsEvidenceWindowAndSendsNothing() {
        Payment capture = captured(100);
        int sent = gateway.sent.size();
        world.gateways.clear();
        Payment chargeback = payments.chargeback(World.OPERATOR, capture.id(), 100, "cb-1");
        assertThat(chargeback.state()).isEqualTo(State.CONFIRMED);
        assertThat(chargeback.evidenceUntil()).contains(chargeback.created().plus(Duration.ofDays(20)));
        assertThat(payments.chargeback(World.OPERATOR, capture.id(), 100, "cb-1"))
                .isEqualTo(chargeback);
        Refused.with(Kind.INVALID, () -> payments.chargeback(World.OPERATOR, capture.id(), 1, "cb-2"));
        assertThat(gateway.sent).hasSize(sent);
    }

    @Test
    void goesOnWithoutTheCardOnceThatIsDeleted() {
        Payment capture = captured(100);
        world.cards.delete(World.OPERATOR, card.token());
        assertThat(payments.refund(World.OPERATOR, capture.id(), 100, "r-1").state())
                .isEqualTo(State.CONFIRMED);
        assertThat(payments.payments(World.OPERATOR, card.token(), 10)).hasSize(3);
        Refused.with(Kind.NOT_FOUND, () -> authorise(100, "order-9"));
    }

    @Test
    void sendsNothingOfACardThatIsDeletedMeanwhile() {
        world.decisions = (partner, fields) -> {
            world.cards.delete(World.OPERATOR, card.token());
            return new Decision.Permitted(Set.copyOf(fields), List.of(), List.of("AN-11"), List.of());
        };
        Payment refused = authorise(100, "order-1");
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.reason()).isEqualTo("card-deleted");
        assertThat(gateway.sent).isEmpty();
    }

    @Test
    void answersNothingWhileTheVaultIsSealed() {
        Payment authorised = authorise(100, "order-1");
        world.ring.seal();
        Refused.with(Kind.UNAVAILABLE, () -> authorise(100, "order-2"));
        Refused.with(Kind.UNAVAILABLE, () -> payments.capture(World.OPERATOR, authorised.id(), 1, "c"));
        Refused.with(Kind.UNAVAILABLE, () -> payments.cancel(World.OPERATOR, authorised.id(), "v"));
        Refused.with(Kind.UNAVAILABLE, () -> payments.refund(World.OPERATOR, authorised.id(), 1, "r"));
        Refused.with(Kind.UNAVAILABLE, () -> payments.chargeback(World.OPERATOR, authorised.id(), 1, "b"));
        Refused.with(Kind.UNAVAILABLE, () -> payments.payment(World.OPERATOR, authorised.id()));
        Refused.with(Kind.UNAVAILABLE, () -> payments.payments(World.OPERATOR, card.token(), 1));
        Refused.with(Kind.UNAVAILABLE, () -> inDoubt(World.OPERATOR, Optional.empty(), 1));
        Refused.with(Kind.UNAVAILABLE, () -> payments.resolve(World.OPERATOR, authorised.id()));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "OPERATOR")
    void letsOperatorsAloneMoveMoney(Role role) {
        Payment authorised = authorise(100, "order-1");
        Caller caller = new Caller(World.TENANT, "other", Set.of(role));
        Refused.with(Kind.DENIED, () -> payments.authorise(caller, World.authorisation(card, 1, "x")));
        Refused.with(Kind.DENIED, () -> payments.capture(caller, authorised.id(), 1, "c"));
        Refused.with(Kind.DENIED, () -> payments.cancel(caller, authorised.id(), "v"));
        Refused.with(Kind.DENIED, () -> payments.refund(caller, authorised.id(), 1, "r"));
        Refused.with(Kind.DENIED, () -> payments.chargeback(caller, authorised.id(), 1, "b"));
        Refused.with(Kind.DENIED, () -> payments.resolve(caller, authorised.id()));
        if (role != Role.AUDITOR) {
            Refused.with(Kind.DENIED, () -> payments.payment(caller, authorised.id()));
            Refused.with(Kind.DENIED, () -> payments.payments(caller, card.token(), 1));
            Refused.with(Kind.DENIED, () -> inDoubt(caller, Optional.empty(), 1));
        }
    }

    /** Runs one thing in several threads at once and returns what came of it. */
    private static List<Object> together(List<Callable<Payment>> works) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(works.size());
        CyclicBarrier barrier = new CyclicBarrier(works.size());
        try {
            List<Callable<Payment>> waiting = works.stream()
                    .<Callable<Payment>>map(work -> () -> {
                        barrier.await();
                        return work.call();
                    })
                    .toList();
            List<Object> ends = new ArrayList<>();
            for (Future<Payment> future : threads.invokeAll(waiting)) {
                try {
                    ends.add(future.get());
                } catch (ExecutionException e) {
                    ends.add(e.getCause());
                }
            }
            return ends;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void letsOneOfTwoCapturesThroughThatAreTooMuchTogether() throws InterruptedException {
        Payment authorised = authorise(100, "order-1");
        List<Object> ends = together(IntStream.range(0, 8)
                .<Callable<Payment>>mapToObj(i -> () -> payments.capture(World.OPERATOR, authorised.id(), 60, "c-" + i))
                .toList());
        assertThat(ends).filteredOn(Payment.class::isInstance).hasSize(1);
        assertThat(ends).filteredOn(PledgeException.class::isInstance).hasSize(7);
        assertThat(gateway.sent).hasSize(2);
    }

    @Test
    void sendsOnceWhenManyAskForTheSameReference() throws InterruptedException {
        List<Object> ends = together(IntStream.range(0, 8)
                .<Callable<Payment>>mapToObj(i -> () -> authorise(100, "order-1"))
                .toList());
        assertThat(ends).allSatisfy(end -> assertThat(end).isInstanceOf(Payment.class));
        assertThat(ends)
                .extracting(end -> ((Payment) end).id())
                .containsOnly(gateway.sent.get(0).id());
        assertThat(gateway.sent).hasSize(1);
    }

    @Test
    void isFoundAfterACrashAndAskedForAndNeverSentAgain() {
        gateway.answers = instruction -> {
            gateway.carryOut(instruction);
            throw new Crash();
        };
        assertThatThrownBy(() -> authorise(100, "order-1")).isInstanceOf(Crash.class);
        Payment left = payments.payments(World.OPERATOR, card.token(), 1).get(0);
        assertThat(left.state()).isEqualTo(State.SENT);
        world.resolver.run();
        assertThat(payments.payment(World.OPERATOR, left.id()).state()).isEqualTo(State.SENT);
        world.clock.advance(Duration.ofSeconds(121));
        world.resolver.run();
        assertThat(payments.payment(World.OPERATOR, left.id()).state()).isEqualTo(State.IN_DOUBT);
        world.clock.advance(Duration.ofSeconds(5));
        world.resolver.run();
        assertThat(payments.payment(World.OPERATOR, left.id()).state()).isEqualTo(State.CONFIRMED);
        assertThat(gateway.sent).hasSize(1);
    }

    @Test
    void givesUpAnIntentThatACrashLeftBehind() {
        world.ring.seal(); // what is to be sent cannot be opened
        world.ring.unseal("share-1".toCharArray());
        world.ring.unseal("share-2".toCharArray());
        world.decisions = (partner, fields) -> {
            world.ring.seal();
            return new Decision.Permitted(Set.copyOf(fields), List.of(), List.of("AN-11"), List.of());
        };
        Refused.with(Kind.UNAVAILABLE, () -> authorise(100, "order-1"));
        world.clock.advance(Duration.ofSeconds(121));
        world.resolver.run();
        world.ring.unseal("share-1".toCharArray());
        world.ring.unseal("share-2".toCharArray());
        Payment left = payments.payments(World.OPERATOR, card.token(), 1).get(0);
        assertThat(left.state()).isEqualTo(State.REFUSED);
        assertThat(left.reason()).isEqualTo("not-sent");
        assertThat(gateway.sent).isEmpty();
    }

    @Test
    void sendsNothingThatWasGivenUpBecauseItTookTooLong() {
        world.ring.opened = () -> {
            world.clock.advance(Duration.ofSeconds(121));
            world.resolver.run();
        };
        Payment refused = authorise(100, "order-1");
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.reason()).isEqualTo("not-sent");
        assertThat(gateway.sent).isEmpty();
    }

    @Test
    void sendsNoNumberThatWasReplacedMeanwhile() {
        byte[] other = new Jwe(world).text("number", "5555555555554444").bytes();
        world.decisions = (partner, fields) -> {
            world.cards.replace(World.OPERATOR, card.token(), other);
            return new Decision.Permitted(Set.copyOf(fields), List.of(), List.of("AN-11"), List.of());
        };
        assertThat(authorise(100, "order-1").state()).isEqualTo(State.CONFIRMED);
        assertThat(gateway.cards).singleElement().satisfies(sent -> assertThat(sent)
                .containsEntry("number", FakeGateway.hash("5555555555554444")));
    }

    @Test
    void asksLessAndLessOften() {
        gateway.answers = instruction -> Optional.empty();
        gateway.says = id -> Optional.empty();
        authorise(100, "order-1");
        List<Integer> seconds = new ArrayList<>();
        for (int second = 1; second <= 80; second++) {
            world.clock.advance(Duration.ofSeconds(1));
            int before = gateway.asked.size();
            world.resolver.run();
            if (gateway.asked.size() > before) {
                seconds.add(second);
            }
        }
        assertThat(seconds).containsExactly(5, 15, 35, 75);
    }

    /** Ends a thread as a crash would: nothing after it runs but what cleans up. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }
}
