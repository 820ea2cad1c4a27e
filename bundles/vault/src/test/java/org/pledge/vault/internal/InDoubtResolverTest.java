package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway;

/** How clearing houses are asked, each in its turn. */
final class InDoubtResolverTest {
    private final World world = new World();
    private final Card card = world.storedCard();

    private Payment doubtful(String partner, String reference) {
        world.partners.clear();
        world.partners.add(World.partner(partner, PaymentGateway.CONNECTOR));
        world.gateway.answers = instruction -> {
            world.gateway.carryOut(instruction);
            return Optional.empty();
        };
        return world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, reference));
    }

    private State state(Payment payment) {
        return world.payments.payment(World.OPERATOR, payment.id()).state();
    }

    @Test
    void aSilentHouseDoesNotKeepOthersFromBeingAsked() {
        Payment first = doubtful("a-silent-one", "order-1");
        doubtful("a-silent-one", "order-2");
        Payment other = doubtful("one-that-answers", "order-3");
        CountDownLatch silence = new CountDownLatch(1);
        world.gateway.says = id -> {
            if (id.equals(other.id())) {
                return Optional.of(FakeGateway.DONE);
            }
            awaitEnd(silence);
            return Optional.empty();
        };
        world.clock.advance(Duration.ofSeconds(6));
        ExecutorService askers = Executors.newFixedThreadPool(2);
        try {
            InDoubtResolver resolver = world.resolver(askers);
            resolver.run();
            await().until(() -> state(other) == State.CONFIRMED);
            resolver.run(); // leaves a house alone that is being asked
            assertThat(world.gateway.asked).hasSize(2);
        } finally {
            silence.countDown();
            askers.shutdown();
        }
        assertThat(state(first)).isEqualTo(State.IN_DOUBT);
    }

    private static void awaitEnd(CountDownLatch silence) {
        try {
            silence.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHouseThatDoesNotAnswerIsAskedForOneMovementAndLaterForAll() {
        List<Payment> doubtful = List.of(
                doubtful("clearing-1", "order-1"),
                doubtful("clearing-1", "order-2"),
                doubtful("clearing-1", "order-3"));
        world.gateway.says = id -> Optional.empty();
        world.clock.advance(Duration.ofSeconds(6));
        world.resolver.run();
        world.resolver.run();
        assertThat(world.gateway.asked).hasSize(1);
        world.gateway.says = id -> Optional.of(FakeGateway.DONE);
        world.clock.advance(Duration.ofSeconds(11));
        world.resolver.run();
        assertThat(doubtful).allSatisfy(payment -> assertThat(state(payment)).isEqualTo(State.CONFIRMED));
    }

    @Test
    void aTurnEndsAfterAWhileAndTheRestIsAskedNext() {
        List<Payment> doubtful = List.of(doubtful("clearing-1", "order-1"), doubtful("clearing-1", "order-2"));
        world.gateway.says = id -> {
            world.clock.advance(Duration.ofSeconds(11));
            return Optional.of(FakeGateway.DONE);
        };
        world.clock.advance(Duration.ofSeconds(6));
        world.resolver.run();
        assertThat(world.gateway.asked).hasSize(1);
        world.resolver.run();
        assertThat(doubtful).allSatisfy(payment -> assertThat(state(payment)).isEqualTo(State.CONFIRMED));
    }
}
