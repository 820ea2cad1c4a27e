package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.store.Follower;

/** One part that cannot follow keeps no other from it. */
final class OtherNodesTest {
    @Test
    void whatFailsForOneIsTriedAgainAndKeepsNoOtherFromIt() {
        AtomicInteger tried = new AtomicInteger();
        AtomicInteger followed = new AtomicInteger();
        Follower failing = () -> {
            tried.incrementAndGet();
            throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "away");
        };
        OtherNodes nodes = new OtherNodes(() -> List.of(failing, followed::incrementAndGet), () -> {});
        nodes.look();
        nodes.look();
        nodes.stop();
        assertThat(tried).hasValue(2);
        assertThat(followed).hasValue(2);
    }
}
