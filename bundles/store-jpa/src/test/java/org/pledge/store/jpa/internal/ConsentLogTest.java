package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.consent.spi.ConsentStore.Reach;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** A change may become visible after others that stand behind it in the log: until then their place is not settled. */
final class ConsentLogTest {
    private static final TenantId TENANT =
            new TenantId("t" + UUID.randomUUID().toString().substring(0, 8));
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @Test
    void whatIsWrittenAndNotCommittedKeepsTheLogFromSettling() throws InterruptedException {
        try (TestDatabase test = TestStores.UNIT.postgresql();
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            ConsentStore log = stores.consents();
            Reach start = stores.transactions().required(log::reach);
            CountDownLatch written = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CompletableFuture<Void> slow =
                    CompletableFuture.runAsync(() -> stores.transactions().required(() -> {
                        withdraw(log);
                        log.log(0, 1); // writes what is gathered
                        written.countDown();
                        awaitQuietly(goOn);
                    }));
            written.await();
            stores.transactions().required(() -> withdraw(log));
            Reach before = stores.transactions().required(log::reach);
            Reach meanwhile = stores.transactions().required(log::reach);
            assertThat(read(stores, start)).hasSize(1);
            assertThat(meanwhile.settles(before)).isFalse();
            goOn.countDown();
            slow.join();
            await().atMost(LONGEST)
                    .until(() -> stores.transactions().required(log::reach).settles(before));
            assertThat(read(stores, start)).hasSize(2).last().satisfies(event -> assertThat(event.sequence())
                    .isEqualTo(before.last()));
        }
    }

    /** Nobody else writes there, and whoever reads on begins anew. */
    @Test
    void aFileOfOneProcessNeverSettles(@TempDir Path folder) {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            Reach reach = stores.transactions().required(stores.consents()::reach);
            assertThat(reach.settles(reach)).isFalse();
        }
    }

    private static List<Event> read(Stores stores, Reach start) {
        return stores.transactions().required(() -> stores.consents().log(start.last(), Integer.MAX_VALUE)).stream()
                .filter(event -> event.tenant().equals(TENANT))
                .toList();
    }

    private static void withdraw(ConsentStore log) {
        SubjectId subject = SubjectId.random();
        log.append(new Event(
                0,
                UUID.randomUUID(),
                TENANT,
                subject,
                Kind.WITHDRAWN,
                Instant.parse("2026-11-23T10:00:00Z"),
                log.nextEpoch(TENANT, subject),
                "",
                "",
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                1,
                "",
                new Wording("web", "", ""),
                "robot"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
