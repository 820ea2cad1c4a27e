package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway.Answer;
import org.pledge.vault.spi.VaultStore.Event;

final class MovementsTest {
    private final World world = new World();
    private final Card card = world.storedCard();
    private final Way way = new Way("clearing-1", World.CUSTOMER, "payment", List.of("AN-11"));

    /** As a movement is seen by who sends it, while nothing keeps it any more. */
    private Payment withoutItsRow() {
        return new Payment(
                World.TENANT,
                UUID.randomUUID(),
                Kind.AUTHORISE,
                Optional.empty(),
                card.token(),
                100,
                "EUR",
                "order-1",
                State.SENT,
                "",
                "",
                "",
                world.clock.instant(),
                world.clock.instant(),
                Optional.empty());
    }

    private List<Event> acts() {
        return world.vault.required(() -> world.vault.events(World.TENANT, card.token(), Long.MAX_VALUE, 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"confirmed", "refused", "no answer"})
    void anAnswerAboutAMovementWithoutItsRowChangesNothing(String said) {
        Payment sent = withoutItsRow();
        List<Event> before = acts();
        world.gateway.answers = instruction -> switch (said) {
            case "confirmed" -> Optional.of(FakeGateway.DONE);
            case "refused" -> Optional.of(new Answer(false, "insufficient-funds", "", ""));
            default -> Optional.empty();
        };
        assertThat(world.movements.send(World.OPERATOR, sent, way, world.gateway, Optional.empty()))
                .isEqualTo(sent);
        assertThat(world.gateway.sent).hasSize(1);
        assertThat(world.vault.<Optional<Payment>>required(() -> world.vault.payment(World.TENANT, sent.id())))
                .isEmpty();
        assertThat(acts()).isEqualTo(before);
    }

    @Test
    void aMovementWithItsRowIsSettled() {
        Payment sent = withoutItsRow();
        List<Event> before = acts();
        assertThat(world.vault.<Boolean>required(() -> world.vault.addPayment(sent)))
                .isTrue();
        world.gateway.answers = instruction -> Optional.of(FakeGateway.DONE);
        assertThat(world.movements
                        .send(World.OPERATOR, sent, way, world.gateway, Optional.empty())
                        .state())
                .isEqualTo(State.CONFIRMED);
        assertThat(acts()).hasSize(before.size() + 1);
    }
}
