package org.pledge.store.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.contract.VaultContract.Vault;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnreliableDisk;
import org.pledge.vault.Network;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Cuts the power while cards are taken in: each one that was acknowledged is there with its key and its act. */
final class VaultPowerLossTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final int CUTS = 3;
    private static final int THREADS = 4;
    private static final int ACKNOWLEDGED_BEFORE_A_CUT = 50;

    @TempDir
    private Path folder;

    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void noCardThatWasAcknowledgedIsLost() throws IOException {
        Random random = new Random(11);
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        for (int cut = 1; cut <= CUTS; cut++) {
            try (TestDatabase test = Vaults.UNIT.h2(UnreliableDisk.PREFIX, folder);
                    Database database = test.open()) {
                storeUntil(Vaults.on(database), disk::cutPower);
                database.abandon();
            }
            disk.restorePower(random);
            assertAllAreKept();
        }
    }

    private void storeUntil(Vault vault, Runnable harm) {
        int before = acknowledged.size();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> storeUntilItFails(vault));
            threads.add(thread);
            thread.start();
        }
        await().atMost(Duration.ofMinutes(5)).until(() -> acknowledged.size() >= before + ACKNOWLEDGED_BEFORE_A_CUT);
        harm.run();
        await().atMost(Duration.ofMinutes(5)).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    private void storeUntilItFails(Vault vault) {
        try {
            while (true) {
                UUID id = UUID.randomUUID();
                vault.transactions().required(() -> store(vault, id));
                acknowledged.add(id);
            }
        } catch (RuntimeException e) {
            return; // the power is gone
        }
    }

    private static void store(Vault vault, UUID id) {
        byte[] lookup = id.toString().substring(0, 32).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        vault.keys().putCardKey(TENANT, id, new WrappedKey("2026-11.1", new byte[40]));
        vault.store()
                .addCard(new StoredCard(
                        TENANT,
                        id,
                        "card_" + id,
                        SubjectId.of(id),
                        lookup,
                        Network.VISA,
                        "0042",
                        YearMonth.of(2030, 1),
                        false,
                        new byte[90],
                        new byte[200],
                        Instant.EPOCH));
        Leaf leaf = new Leaf(TENANT, Instant.EPOCH, Act.CARD_STORED, "robot", Optional.empty(), List.of(), Map.of());
        vault.store().addEvent(new Event(0, UUID.randomUUID(), "card_" + id, leaf));
    }

    private void assertAllAreKept() {
        try (TestDatabase test = Vaults.UNIT.h2(UnreliableDisk.PREFIX, folder);
                Database database = test.open()) {
            Vault vault = Vaults.on(database);
            vault.transactions()
                    .required(() -> acknowledged.forEach(id -> {
                        assertThat(vault.store().card(TENANT, "card_" + id)).isPresent();
                        assertThat(vault.keys().cardKey(TENANT, id)).isPresent();
                        assertThat(vault.store().events(TENANT, "card_" + id, Long.MAX_VALUE, 10))
                                .hasSize(1);
                    }));
        }
    }
}
