package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.rights.spi.ExternalRequestStore;
import org.pledge.rights.spi.ExternalRequestStore.ExternalRequest;

/** What a store of other systems' messages promises. */
public abstract class ExternalRequestStoreContract extends StoreContract {
    /** The messages of the database under test. */
    protected abstract ExternalRequestStore externals();

    private static ExternalRequest external(TenantId tenant, int token, Optional<UUID> request) {
        return new ExternalRequest(
                tenant,
                bytes(32, token),
                "OPENDSR",
                "p".repeat(200),
                bytes(32, 7),
                request,
                request.map(any -> UUID.randomUUID()),
                NOW);
    }

    @Test
    void givesBackWhatWasKept() {
        ExternalRequest one = external(tenant, 1, Optional.of(UUID.randomUUID()));
        ExternalRequest bare = external(tenant, 2, Optional.empty());
        assertThat(in(() -> externals().putExternal(one))).isTrue();
        assertThat(in(() -> externals().putExternal(bare))).isTrue();
        assertThat(in(() -> externals().external(tenant, bytes(32, 1))).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(one);
        assertThat(in(() -> externals().external(tenant, bytes(32, 2))).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(bare);
        assertThat(in(() -> externals().externalOf(tenant, one.request().orElseThrow()))
                        .orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(one);
        assertThat(in(() -> externals().external(tenant, bytes(32, 3)))).isEmpty();
        assertThat(in(() -> externals().externalOf(tenant, UUID.randomUUID()))).isEmpty();
    }

    @Test
    void aTokenIsTakenOnceAndTheFirstStays() {
        ExternalRequest first = external(tenant, 1, Optional.of(UUID.randomUUID()));
        run(() -> externals().putExternal(first));
        assertThat(in(() -> externals().putExternal(external(tenant, 1, Optional.of(UUID.randomUUID())))))
                .isFalse();
        assertThat(in(() -> externals().external(tenant, bytes(32, 1)))
                        .orElseThrow()
                        .request())
                .isEqualTo(first.request());
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        ExternalRequest one = external(tenant, 1, Optional.of(UUID.randomUUID()));
        run(() -> externals().putExternal(one));
        assertThat(in(() -> externals().external(otherTenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> externals().externalOf(otherTenant, one.request().orElseThrow())))
                .isEmpty();
        assertThat(in(() -> externals().putExternal(external(otherTenant, 1, Optional.empty()))))
                .isTrue();
    }

    @Test
    void ofManyWhoSendTheSameOneWins() {
        List<Boolean> won =
                atOnce(4, thread -> in(() -> externals().putExternal(external(tenant, 1, Optional.empty()))));
        assertThat(won).containsOnlyOnce(true);
    }

    @Test
    void whatIsRolledBackWasNeverThere() {
        rollBack(() -> externals().putExternal(external(tenant, 1, Optional.empty())));
        assertThat(in(() -> externals().putExternal(external(tenant, 1, Optional.empty()))))
                .isTrue();
    }
}
