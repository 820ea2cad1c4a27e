package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Result;

/** What a recipient answered to one notice is no answer to another. */
class AnswersTest {
    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);

    @BeforeEach
    void received() {
        world.optIn("name", "email");
        world.shareNewsletter("name", "email");
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Mailhaus is told of a correction. */
    private UUID corrected(String field) {
        return told(() -> world.recipients.corrected(KORAX, world.anna, Set.of(field)));
    }

    private UUID removed() {
        return told(() -> world.recipients.removed(KORAX, world.anna, Set.of("name", "email")));
    }

    private UUID told(Runnable change) {
        world.clock.advance(Duration.ofMinutes(1));
        world.store.required(change);
        Delivery delivery = world.claimOne("mailhaus");
        world.outbox.complete(delivery, Result.DELIVERED, 200);
        world.clock.advance(Duration.ofMinutes(1));
        return delivery.disclosure();
    }

    private Recipient recipient() {
        return world.notices.recipients(world.operator, world.anna).get(0);
    }

    @Test
    void anOldRefusalIsNotTheAnswerToTheRemoval() {
        world.notices.refuse(mailhaus, corrected("name"), Exemption.LEGAL_CLAIMS);
        Instant before = world.clock.instant();
        world.notices.acknowledge(mailhaus, removed());
        assertThat(recipient().answer()).isEqualTo(Answer.CONFIRMED);
        assertThat(recipient().ground()).isEmpty();
        assertThat(recipient().answered())
                .hasValueSatisfying(at -> assertThat(at).isAfter(before));
    }

    @Test
    void aRefusalOfOneFieldCountsWhileNothingNewerWasSaidOfIt() {
        world.notices.refuse(mailhaus, corrected("name"), Exemption.LEGAL_CLAIMS);
        world.notices.acknowledge(mailhaus, corrected("email"));
        assertThat(recipient().answer()).isEqualTo(Answer.REFUSED);
        assertThat(recipient().ground()).isEqualTo(Optional.of(Exemption.LEGAL_CLAIMS));
    }
}
