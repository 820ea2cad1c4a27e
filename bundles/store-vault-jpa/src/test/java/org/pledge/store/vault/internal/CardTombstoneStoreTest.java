package org.pledge.store.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore.Owner;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.database.Database;
import org.pledge.database.DatabaseUnit;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;

/** Tombstones of cards on both databases. */
final class CardTombstoneStoreTest {
    private static final TenantId TENANT =
            new TenantId("t" + UUID.randomUUID().toString().substring(0, 8));

    @TempDir
    private Path folder;

    @Test
    void removesACardThatCameBackOnH2() {
        try (TestDatabase test = new TestUnit(DatabaseUnit.VAULT).h2(folder)) {
            removesACardThatCameBack(test);
        }
    }

    @Test
    void removesACardThatCameBackOnPostgresql() {
        removesACardThatCameBack(new TestUnit(DatabaseUnit.VAULT).postgresql());
    }

    private static void removesACardThatCameBack(TestDatabase test) {
        try (Database database = test.open()) {
            JpaVaultTransactions transactions = new JpaVaultTransactions(database);
            JpaCardTombstoneStore store = new JpaCardTombstoneStore(transactions);
            JpaCardKeyStore keys = new JpaCardKeyStore(transactions);
            UUID card = UUID.randomUUID();
            Owner owner = new Owner(TENANT, card, Optional.empty());
            Tombstone left = new Tombstone(TENANT, "a".repeat(64), Instant.parse("2026-11-22T10:00:00Z"));
            transactions.required(() -> keys.putCardKey(TENANT, card, new WrappedKey("2026-11.1", new byte[40])));
            assertThat(transactions.required(() -> store.owners(Optional.empty(), 1000)))
                    .contains(owner);
            transactions.required(() -> store.removeRestored(owner, left));
            assertThat(transactions.required(() -> store.owners(Optional.empty(), 1000)))
                    .doesNotContain(owner);
            assertThat(transactions.required(() -> store.unrecorded(10, Set.of())))
                    .containsExactly(left);
            transactions.required(() -> store.recorded(left));
            assertThat(transactions.required(() -> store.tombstones(Optional.empty(), 10)))
                    .contains(left);
            assertThat(transactions.required(() -> store.unrecorded(10, Set.of())))
                    .isEmpty();
        }
    }
}
