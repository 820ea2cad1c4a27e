package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.rights.spi.StatusCallbackStore;
import org.pledge.rights.spi.StatusCallbackStore.StatusCallback;

/** What a store of those who are told of the status of requests promises. */
public abstract class StatusCallbackStoreContract extends StoreContract {
    /** The callbacks of the database under test. */
    protected abstract StatusCallbackStore callbacks();

    private static StatusCallback callback(TenantId tenant, UUID request, String partner, Instant due) {
        return new StatusCallback(tenant, request, "OPENDSR", "p".repeat(200), partner, "pending", 0, due);
    }

    private static StatusCallback told(StatusCallback one, String status, int attempts, Instant due) {
        return new StatusCallback(
                one.tenant(), one.request(), one.protocol(), one.party(), one.partner(), status, attempts, due);
    }

    @Test
    void givesOutWhatIsDueTheOldestFirst() {
        StatusCallback later = callback(tenant, UUID.randomUUID(), "acme", NOW.plusSeconds(1));
        StatusCallback now = callback(tenant, UUID.randomUUID(), "acme", NOW);
        StatusCallback before = callback(tenant, UUID.randomUUID(), "acme", NOW.minusSeconds(1));
        run(() -> {
            callbacks().addCallback(later);
            callbacks().addCallback(now);
            callbacks().addCallback(before);
        });
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 10))).containsExactly(before, now);
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 1))).containsExactly(before);
        assertThat(in(() -> callbacks().lockDueCallbacks(otherTenant, NOW, 10))).isEmpty();
    }

    @Test
    void aRequestHasOneForEachPartner() {
        UUID request = UUID.randomUUID();
        StatusCallback acme = callback(tenant, request, "acme", NOW);
        StatusCallback other = callback(tenant, request, "other", NOW);
        run(() -> {
            callbacks().addCallback(acme);
            callbacks().addCallback(other);
            callbacks().addCallback(told(acme, "completed", 3, NOW.minusSeconds(9)));
        });
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 10))).containsExactly(acme, other);
    }

    @Test
    void isReplacedAndForgotten() {
        StatusCallback one = callback(tenant, UUID.randomUUID(), "acme", NOW);
        StatusCallback elsewhere = callback(otherTenant, one.request(), "acme", NOW);
        StatusCallback changed = told(one, "in_progress", 2, NOW.minusSeconds(5));
        run(() -> {
            callbacks().addCallback(one);
            callbacks().addCallback(elsewhere);
        });
        run(() -> callbacks().putCallback(changed));
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 10))).containsExactly(changed);
        run(() -> callbacks().removeCallback(one));
        run(() -> callbacks().putCallback(changed));
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 10))).isEmpty();
        assertThat(in(() -> callbacks().lockDueCallbacks(otherTenant, NOW, 10))).containsExactly(elsewhere);
    }

    @Test
    void whatIsUndoneWasNotAdded() {
        StatusCallback one = callback(tenant, UUID.randomUUID(), "acme", NOW);
        rollBack(() -> callbacks().addCallback(one));
        assertThat(in(() -> callbacks().lockDueCallbacks(tenant, NOW, 10))).isEmpty();
    }
}
