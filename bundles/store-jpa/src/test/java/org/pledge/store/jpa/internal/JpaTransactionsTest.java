package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.SqlFailure;
import org.pledge.database.TestDatabase;

final class JpaTransactionsTest {
    private static final TenantId TENANT = new TenantId("kx");

    @TempDir
    private Path folder;

    @Test
    void runsTheVictimOfADeadlockAgainOnH2() {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            runsTheVictimOfADeadlockAgain(test);
        }
    }

    @Test
    void runsTheVictimOfADeadlockAgainOnPostgresql() {
        try (TestDatabase test = TestStores.UNIT.postgresql()) {
            runsTheVictimOfADeadlockAgain(test);
        }
    }

    private static void runsTheVictimOfADeadlockAgain(TestDatabase test) {
        try (Database database = test.open()) {
            Stores stores = TestStores.on(database);
            SubjectId one = SubjectId.random();
            SubjectId other = SubjectId.random();
            stores.transactions().required(() -> {
                stores.consents().nextEpoch(TENANT, one);
                stores.consents().nextEpoch(TENANT, other);
            });
            AtomicInteger runs = new AtomicInteger();
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            List<CompletableFuture<Void>> running = List.of(
                    CompletableFuture.runAsync(() -> cross(stores, one, other, runs, bothHoldOne)),
                    CompletableFuture.runAsync(() -> cross(stores, other, one, runs, bothHoldOne)));
            running.forEach(CompletableFuture::join);
            assertThat(runs.get()).isGreaterThan(2);
            for (SubjectId subject : List.of(one, other)) {
                assertThat(stores.transactions()
                                .required(() -> stores.consents().lockEpoch(TENANT, subject)))
                        .hasValue(3);
            }
        }
    }

    private static void cross(
            Stores stores, SubjectId first, SubjectId second, AtomicInteger runs, CyclicBarrier bothHoldOne) {
        stores.transactions().required(() -> {
            boolean firstRun = runs.incrementAndGet() <= 2;
            stores.consents().nextEpoch(TENANT, first);
            if (firstRun) {
                meet(bothHoldOne);
            }
            stores.consents().nextEpoch(TENANT, second);
        });
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsPostponedIsThereForTheNextStatementAndFailsBeforeTheCommit() {
        try (TestDatabase test = TestStores.UNIT.postgresql();
                Database database = test.open()) {
            TenantId tenant = new TenantId("postponed");
            JpaTransactions transactions = new JpaTransactions(database);
            JpaAuditStore audit = new JpaAuditStore(transactions);
            String insert = "insert into audit_head (tenant) values (?)";

            assertThatThrownBy(() -> transactions.required(() -> {
                        transactions.current().updateLater(insert, tenant);
                        assertThat(audit.tenants()).contains(tenant);
                        transactions.current().updateLater(insert, new TenantId("another"));
                        transactions.current().updateLater(insert, tenant);
                    }))
                    .isInstanceOfSatisfying(
                            SqlFailure.class, e -> assertThat(e.duplicate()).isTrue());

            assertThat(transactions.required(audit::tenants)).doesNotContain(tenant, new TenantId("another"));
        }
    }

    @Test
    void theCommitGoesWithWhatIsPostponedAndIsWholeOrNothing() {
        try (TestDatabase test = TestStores.UNIT.postgresql();
                Database database = test.open()) {
            TenantId tenant = new TenantId("whole");
            JpaTransactions transactions = new JpaTransactions(database);
            JpaAuditStore audit = new JpaAuditStore(transactions);
            transactions.required(() -> audit.add(tenant, new byte[] {1}));
            assertThatThrownBy(() -> transactions.required(() -> {
                        audit.add(tenant, new byte[] {2});
                        transactions.current().updateLater("insert into audit_leaf (tenant) values (?)", tenant);
                    }))
                    .isInstanceOf(SqlFailure.class);
            assertThat(transactions.required(() -> audit.unchained(tenant, 10)))
                    .extracting(leaf -> (int) leaf.content()[0])
                    .containsExactly(1);
        }
    }

    @Test
    void givesUpAfterThreeMoreRuns() {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            AtomicInteger runs = new AtomicInteger();
            assertThatThrownBy(() -> new JpaTransactions(database).required(() -> {
                        runs.incrementAndGet();
                        throw SqlFailure.of(new SQLException("", "40001"));
                    }))
                    .isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                            .isEqualTo(PledgeException.Kind.UNAVAILABLE));
            assertThat(runs).hasValue(4);
        }
    }

    @Test
    void acknowledgesNothingOnceTheDiskHasFailed() {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            database.failure().complete(null);
            AtomicInteger told = new AtomicInteger();
            assertThatThrownBy(() -> stores.transactions().required(() -> {
                        stores.consents().nextEpoch(TENANT, SubjectId.random());
                        stores.transactions().afterCommit(told::incrementAndGet);
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(told).hasValue(0);
        }
    }

    @Test
    void everyWriteWaitsForTheDiskAndAReadDoesNot() {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            database.failure().complete(null);
            stores.transactions().required(() -> stores.policies().all());
            stores.transactions().required(() -> stores.access().credentials());
            List<Runnable> writes = List.of(
                    () -> stores.audit().add(TENANT, new byte[1]),
                    () -> stores.audit().lockHead(TENANT),
                    () -> stores.keys().putEpochKey("2026-11", new byte[1]),
                    () -> stores.keys().removeSubjectKey(TENANT, SubjectId.random()),
                    () -> stores.subjects().removeField(TENANT, SubjectId.random(), "email"),
                    () -> stores.subjects().putField(TENANT, SubjectId.random(), "email", new byte[1]));
            for (Runnable write : writes) {
                assertThatThrownBy(() -> stores.transactions().required(write))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("disk");
            }
        }
    }

    @Test
    void tellsNoValueOfARowThatTheDatabaseRefuses() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            String tooLong = "secret".repeat(100);
            assertThatThrownBy(() -> stores.transactions().required(() -> stores.subjects()
                            .putField(TENANT, SubjectId.random(), tooLong, new byte[1])))
                    .satisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(t.toString()).doesNotContain("secret");
                        }
                    });
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("secret");
    }

    @Test
    void survivesInterruptedThreads() throws InterruptedException {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            Stores stores = TestStores.on(database);
            AtomicInteger acknowledged = new AtomicInteger();
            Thread writer = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    stores.transactions().required(() -> stores.audit().add(TENANT, new byte[5000]));
                    acknowledged.incrementAndGet();
                }
            });
            writer.start();
            while (writer.isAlive()) {
                writer.interrupt();
                writer.join(1);
            }
            assertThat(stores.transactions().required(() -> stores.audit().unchained(TENANT, 1000)))
                    .hasSizeGreaterThanOrEqualTo(acknowledged.get());
            stores.transactions().required(() -> stores.audit().add(TENANT, new byte[1]));
        }
    }
}
