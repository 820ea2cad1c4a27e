package org.pledge.store.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.contract.VaultContract.Vault;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.vault.spi.VaultStore.Event;

/** Two nodes that hand acts on at once: neither waits for the other, and no act is handed on twice or forgotten. */
final class TwoNodesTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final int EVENTS = 6;
    private static final int BATCH = 4;

    @TempDir
    private Path folder;

    @Test
    void handOnDifferentActsOnH2() {
        try (TestDatabase test = Vaults.UNIT.h2(folder);
                Database database = test.open()) {
            // which looks at no row beyond the limit in the place of one that is locked
            handOnDifferentActs(Vaults.on(database), Vaults.on(database), 0);
        }
    }

    @Test
    void handOnDifferentActsOnPostgresql() {
        try (TestDatabase one = Vaults.UNIT.postgresql();
                TestDatabase other = Vaults.UNIT.postgresql();
                Database onOne = one.open();
                Database onOther = other.open()) {
            handOnDifferentActs(Vaults.on(onOne), Vaults.on(onOther), EVENTS - BATCH);
        }
    }

    private static void handOnDifferentActs(Vault one, Vault other, int meanwhile) {
        for (int i = 0; i < EVENTS; i++) {
            one.transactions().required(() -> one.store().addEvent(event()));
        }
        List<Long> handedOn = new ArrayList<>();
        one.transactions().required(() -> {
            List<Event> mine = one.store().lockUnrelayed(BATCH);
            handedOn.addAll(sequences(mine));
            handedOn.addAll(elsewhere(other)); // while these are locked
            one.store().relayed(mine);
        });
        assertThat(handedOn).hasSize(BATCH + meanwhile);
        handedOn.addAll(elsewhere(other));
        assertThat(handedOn).hasSize(EVENTS).doesNotHaveDuplicates().isSorted();
        assertThat(elsewhere(one)).isEmpty();
    }

    private static List<Long> elsewhere(Vault node) {
        return CompletableFuture.supplyAsync(() -> node.transactions().required(() -> {
                    List<Event> found = node.store().lockUnrelayed(BATCH);
                    node.store().relayed(found);
                    return sequences(found);
                }))
                .orTimeout(1, TimeUnit.MINUTES)
                .join();
    }

    private static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }

    private static Event event() {
        Leaf leaf = new Leaf(TENANT, Instant.EPOCH, Act.CARD_STORED, "robot", Optional.empty(), List.of(), Map.of());
        return new Event(0, UUID.randomUUID(), "card_a", leaf);
    }
}
