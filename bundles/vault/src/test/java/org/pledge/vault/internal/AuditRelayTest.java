package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.Leaf;

final class AuditRelayTest {
    private final World world = new World();

    private void store(int cards) {
        for (int i = 0; i < cards; i++) {
            world.cards.store(World.OPERATOR, World.CUSTOMER, new Jwe(world).bytes());
        }
    }

    private List<String> events() {
        return List.copyOf(world.leaves).stream()
                .map(leaf -> leaf.details().get("event"))
                .toList();
    }

    private List<String> recorded() {
        String token = world.cards.cards(World.OPERATOR, World.CUSTOMER).get(0).token();
        return world.vault.required(() -> world.vault.events(World.TENANT, token, Long.MAX_VALUE, 1000)).stream()
                .sorted((a, b) -> Long.compare(a.sequence(), b.sequence()))
                .map(event -> event.id())
                .map(UUID::toString)
                .toList();
    }

    @Test
    void handsEveryActOnOnceAndInItsOrder() {
        store(450);
        world.handOn();
        assertThat(events()).hasSize(450).isEqualTo(recorded());
        assertThat(world.relay.handOn()).isZero();
    }

    @Test
    void keepsWhatTheAuditLogCannotTakeNow() {
        store(3);
        world.auditFails.set(true);
        Refused.with(Kind.UNAVAILABLE, () -> world.relay.handOn());
        assertThat(world.leaves).isEmpty();
        world.auditFails.set(false);
        world.handOn();
        assertThat(events()).isEqualTo(recorded());
    }

    @Test
    void anActWhoseDetailsAreRefusedHoldsNothingBack() {
        store(3);
        world.unfit.add(recorded().get(1));
        world.handOn();
        assertThat(events()).isEqualTo(recorded());
        assertThat(world.leaves.get(1).details())
                .containsEntry("reason", "details-withheld")
                .doesNotContainKey("network");
    }

    @Test
    void handsOnByItselfAlsoAfterAFailure() {
        world.auditFails.set(true);
        world.relay.start();
        try {
            store(2);
            world.auditFails.set(false);
            await().atMost(Duration.ofSeconds(30)).until(() -> world.leaves.size() == 2);
            store(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> world.leaves.size() == 3);
        } finally {
            world.relay.stop();
        }
        assertThat(events()).isEqualTo(recorded());
    }

    @Test
    void keepsTheRecordForItsMonthsAndRemovesOnlyWhatWasHandedOn() {
        store(1);
        world.clock.advance(Duration.ofDays(364));
        world.handOn();
        assertThat(world.relay.removeOld()).isZero();
        world.clock.advance(Duration.ofDays(2));
        store(1);
        assertThat(world.relay.removeOld()).isOne();
        assertThat(recorded()).hasSize(1);
        world.clock.advance(Duration.ofDays(400));
        assertThat(world.relay.removeOld()).as("not handed on yet").isZero();
        assertThat(world.leaves(Leaf.Act.CARD_STORED))
                .as("the audit log keeps its own")
                .hasSize(1);
    }
}
