package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.vault.spi.VaultStore.Event;

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
    void aTenantToWhoseRecordNothingIsAddedHoldsUpNobodyElse() {
        store(250);
        Leaf anothers = new Leaf(
                World.OTHER_TENANT,
                world.clock.instant(),
                Leaf.Act.CARD_STORED,
                "desk",
                Optional.empty(),
                List.of(),
                Map.of());
        world.vault.required(() -> world.vault.addEvent(new Event(0, UUID.randomUUID(), "", anothers)));
        world.refusing.add(World.TENANT);
        world.handOn();
        assertThat(world.leaves).extracting(Leaf::tenant).containsExactly(World.OTHER_TENANT);
        world.refusing.clear();
        world.handOn();
        assertThat(world.leaves).hasSize(251);
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

    private static List<Event> acts(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Leaf(
                        World.TENANT,
                        Instant.EPOCH,
                        Leaf.Act.CARD_REVEALED,
                        "desk",
                        Optional.empty(),
                        List.of(),
                        Map.of("event", Integer.toString(i))))
                .map(leaf -> new Event(0, UUID.randomUUID(), "", leaf))
                .toList();
    }

    /** Tries to record three acts at once in an audit log that fails; what it was given each time. */
    private List<List<String>> tried(
            List<Boolean> expected, Function<List<String>, Optional<RuntimeException>> failure) {
        List<List<String>> tried = new ArrayList<>();
        AuditLog failing = (AuditLog) Proxy.newProxyInstance(
                AuditLog.class.getClassLoader(), new Class<?>[] {AuditLog.class}, (self, method, args) -> {
                    List<String> given = ((List<?>) args[0])
                            .stream()
                                    .map(leaf -> ((Leaf) leaf).details().get("event"))
                                    .toList();
                    tried.add(given);
                    Optional<RuntimeException> thrown = failure.apply(given);
                    if (thrown.isPresent()) {
                        throw thrown.get();
                    }
                    return null;
                });
        AuditRelay relay = new AuditRelay(world.vault, world.vault, world.main, failing, world.clock, 12);
        assertThat(relay.appendNow(() -> acts(3))).isEqualTo(expected);
        return tried;
    }

    @Test
    void whatTheAuditLogMayHaveKeptOrCannotTakeNowIsNotTriedOneByOne() {
        assertThat(tried(
                        List.of(false, false, false),
                        given -> Optional.of(new IllegalStateException("the commit failed"))))
                .containsExactly(List.of("0", "1", "2"));
    }

    @Test
    void oneActWhoseDetailsAreRefusedFailsAlone() {
        assertThat(tried(
                        List.of(true, false, true),
                        given -> given.contains("1")
                                ? Optional.of(new IllegalArgumentException("looks like a card number"))
                                : Optional.empty()))
                .containsExactly(List.of("0", "1", "2"), List.of("0"), List.of("1"), List.of("2"));
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
