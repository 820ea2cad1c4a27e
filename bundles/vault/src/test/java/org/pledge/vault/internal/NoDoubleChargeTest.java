package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway.Answer;

/** Whatever goes wrong on the way, money moves once for each reference, and both sides agree in the end. */
final class NoDoubleChargeTest {
    /** What becomes of one message. */
    enum Fate {
        DONE,
        DECLINED,
        NOT_SENT,
        LOST_BEFORE,
        LOST_AFTER,
        BROKEN_AFTER,
        CRASHED_BEFORE,
        CRASHED_AFTER
    }

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Property(tries = 150)
    void movesMoneyOnceAndAgreesInTheEnd(@ForAll @Size(min = 1, max = 12) List<Fate> fates) {
        World world = new World();
        Card card = world.storedCard();
        Deque<Fate> left = new ArrayDeque<>(fates);
        world.gateway.answers =
                instruction -> meet(world, left.isEmpty() ? Fate.DONE : left.remove(), instruction.id());
        world.gateway.says = id -> {
            Answer known = world.gateway.ledger.get(id);
            return Optional.of(known == null ? FakeGateway.NEVER_HEARD : known);
        };

        for (int order = 0; order < fates.size(); order++) {
            for (int attempt = 0; attempt < 3; attempt++) { // who gets no answer tries again
                try {
                    world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, "order-" + order));
                } catch (Crash e) {
                    world.clock.advance(Duration.ofSeconds(10));
                }
            }
        }
        settle(world);

        Set<UUID> sent = new HashSet<>();
        assertThat(world.gateway.sent)
                .allSatisfy(
                        each -> assertThat(sent.add(each.id())).as("sent once").isTrue());
        List<Payment> payments = world.payments.payments(World.OPERATOR, card.token(), 200);
        assertThat(payments).hasSize(fates.size());
        assertThat(payments).allSatisfy(payment -> assertThat(payment.state())
                .isEqualTo(charged(world, payment) ? State.CONFIRMED : State.REFUSED));
    }

    private static boolean charged(World world, Payment payment) {
        return Optional.ofNullable(world.gateway.ledger.get(payment.id()))
                .map(Answer::confirmed)
                .orElse(false);
    }

    /** Time goes by until everything that is open was asked for. */
    private static void settle(World world) {
        for (int i = 0; i < 10; i++) {
            world.clock.advance(Duration.ofSeconds(121));
            world.resolver.run();
        }
    }

    private static Optional<Answer> meet(World world, Fate fate, UUID id) {
        switch (fate) {
            case DONE, LOST_AFTER, BROKEN_AFTER, CRASHED_AFTER -> world.gateway.ledger.put(id, FakeGateway.DONE);
            case DECLINED -> world.gateway.ledger.put(id, new Answer(false, "declined", "", ""));
            default -> {
                // it never arrives
            }
        }
        return switch (fate) {
            case DONE, DECLINED -> Optional.of(world.gateway.ledger.get(id));
            case NOT_SENT -> throw new PledgeException(Kind.UNAVAILABLE, "cannot be reached");
            case LOST_BEFORE, LOST_AFTER -> Optional.empty();
            case BROKEN_AFTER -> throw new IllegalStateException("broken");
            case CRASHED_BEFORE, CRASHED_AFTER -> throw new Crash();
        };
    }
}
