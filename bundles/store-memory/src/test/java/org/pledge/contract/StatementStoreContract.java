package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.rights.spi.StatementStore;
import org.pledge.rights.spi.StatementStore.Kind;

/** What a store of signed statements promises. */
public abstract class StatementStoreContract extends StoreContract {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    /** The store under test. */
    protected abstract StatementStore statements();

    @Test
    void keepsTheFirstStatementOnly() {
        UUID id = UUID.randomUUID();
        assertThat(in(() -> statements().putStatement(tenant, Kind.PERSON, id, "a.b.c", NOW)))
                .isTrue();
        assertThat(in(() -> statements().putStatement(tenant, Kind.PERSON, id, "d.e.f", NOW)))
                .isFalse();
        assertThat(in(() -> statements().statement(tenant, Kind.PERSON, id))).contains("a.b.c");
        assertThat(in(() -> statements().statement(tenant, Kind.REQUEST, id))).isEmpty();
        assertThat(in(() -> statements().statement(otherTenant, Kind.PERSON, id)))
                .isEmpty();
    }
}
