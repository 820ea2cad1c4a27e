package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.access.spi.AccessStore.Done;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.store.memory.MemoryStore;

class ExpiringRequestsTest {
    private static final TenantId TENANT = new TenantId("korax");
    private static final Instant USED = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void forgetsKeysAfterTheirPeriodAndSaysWhich() {
        MemoryStore store = new MemoryStore();
        store.required(() -> store.putDone(TENANT, new byte[32], new Done(new byte[32], "made"), USED));
        ExpiringRequests expiring = new ExpiringRequests(store);
        assertThat(expiring.records()).containsEntry(ExpiringRequests.KEYS, "P90D");
        Due early = new Due(TENANT, ExpiringRequests.KEYS, USED.minusNanos(1000), Set.of());
        Due due = new Due(TENANT, ExpiringRequests.KEYS, USED, Set.of());
        store.required(() -> {
            assertThat(expiring.remove(early, 10)).isZero();
            assertThat(expiring.count(due)).isOne();
            assertThat(expiring.remove(due, 10)).isOne();
            assertThat(store.done(TENANT, new byte[32])).isEmpty();
        });
    }
}
