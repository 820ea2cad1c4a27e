package org.pledge.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.LedgerRollbacks.Reason;
import org.pledge.audit.LedgerRollbacks.Rollback;
import org.pledge.audit.spi.AuditStore;
import org.pledge.store.Transactions;
import org.pledge.store.memory.MemoryStore;

final class LostEntriesTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final Caller OFFICER = new Caller(KX, "officer", Set.of(Role.OFFICER));

    @TempDir
    Path folder;

    private DefaultAuditLog open(MemoryStore store) {
        return new DefaultAuditLog(store, store, Optional.of(new HeadMarks(folder)));
    }

    private static Leaf leaf(TenantId tenant, int number) {
        return new Leaf(
                tenant,
                Instant.parse("2026-11-22T10:00:00Z").plusSeconds(number),
                Leaf.Act.CONSENT_GRANTED,
                "somebody",
                Optional.empty(),
                List.of(),
                Map.of());
    }

    private static void add(DefaultAuditLog log, MemoryStore store, TenantId tenant, int from, int to) {
        for (int i = from; i < to; i++) {
            Leaf leaf = leaf(tenant, i);
            store.required(() -> log.append(leaf));
        }
    }

    private void awaitMark(TenantId tenant, String start) {
        Path file = folder.resolve(tenant.value() + ".head");
        await().until(() -> Files.exists(file) && Files.readString(file).startsWith(start));
    }

    /** A state of the database with this many entries, and marks of one with five. */
    private MemoryStore older(int entries, int numbered) {
        MemoryStore newer = new MemoryStore();
        DefaultAuditLog log = open(newer);
        add(log, newer, KX, 0, 5);
        add(log, newer, AN, 0, 2);
        awaitMark(KX, "4 ");
        awaitMark(AN, "1 ");
        log.deactivate();
        MemoryStore older = new MemoryStore();
        DefaultAuditLog another = new DefaultAuditLog(older, older);
        add(another, older, KX, numbered, numbered + entries);
        add(another, older, AN, 0, 2);
        assertThat(another.verify(KX).entries()).isEqualTo(entries);
        assertThat(another.verify(AN).entries()).isEqualTo(2);
        another.deactivate();
        return older;
    }

    @Test
    void addsNothingToARecordThatLostEntriesAndReadsIt() {
        MemoryStore older = older(3, 0);
        DefaultAuditLog log = open(older);
        assertThatThrownBy(() -> add(log, older, KX, 3, 4))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(log.verify(KX).entries()).isEqualTo(3);
        assertThat(log.tail(KX, 10)).hasSize(3);
        add(log, older, AN, 2, 3);
        assertThat(log.tail(AN, 10)).hasSize(3);
        log.deactivate();
    }

    @Test
    void aRecordThatIsAsLongButAnotherIsRefusedToo() {
        MemoryStore other = older(5, 100);
        DefaultAuditLog log = open(other);
        assertThat(log.waiting()).extracting(Rollback::tenant).containsExactly(KX);
        log.deactivate();
    }

    @Test
    void aLongerRecordThatIsAnotherDoesNotTakeThePlaceOfTheMark() throws IOException {
        MemoryStore other = older(7, 100);
        String mark = Files.readString(folder.resolve("kx.head"));
        DefaultAuditLog log = open(other);
        add(log, other, AN, 2, 3);
        awaitMark(AN, "2 ");
        log.deactivate();
        assertThat(Files.readString(folder.resolve("kx.head"))).isEqualTo(mark);
    }

    @Test
    void goesOnOnceSomebodyAcceptsAndRecordsBothPlaces() throws IOException {
        MemoryStore older = older(3, 0);
        String known = Files.readString(folder.resolve("kx.head")).substring(2, 66);
        DefaultAuditLog log = open(older);
        assertThatThrownBy(() -> log.accept(new Caller(KX, "operator", Set.of(Role.OPERATOR)), KX, Reason.RESTORED))
                .hasMessageContaining("roles");
        assertThatThrownBy(() -> log.accept(OFFICER, AN, Reason.RESTORED)).hasMessageContaining("lost no entries");
        log.accept(OFFICER, KX, Reason.RESTORED);
        add(log, older, KX, 3, 4);
        List<Entry> tail = log.tail(KX, 2);
        assertThat(tail.get(1).leaf().act()).isEqualTo(Leaf.Act.LEDGER_ROLLED_BACK);
        assertThat(tail.get(1).leaf().details())
                .containsEntry("reason", "RESTORED")
                .containsEntry("knownPosition", "4")
                .containsEntry("knownHead", known)
                .containsEntry("position", "2");
        assertThat(log.waiting()).isEmpty();
        awaitMark(KX, "4 ");
        log.deactivate();
        DefaultAuditLog again = open(older);
        assertThat(again.waiting()).isEmpty();
        again.deactivate();
    }

    @Test
    void aNewerDatabaseAndADamagedMarkPass() throws IOException {
        MemoryStore newer = older(7, 0);
        Files.writeString(folder.resolve("an.head"), "1 ");
        DefaultAuditLog log = open(newer);
        assertThat(log.waiting()).isEmpty();
        add(log, newer, KX, 7, 8);
        log.deactivate();
    }

    @Test
    void noticesAnOlderDatabaseWhileRunningBeforeItForgetsTheNewerOne() throws IOException {
        MemoryStore newer = new MemoryStore();
        MemoryStore older = new MemoryStore();
        Failover database = new Failover(newer);
        DefaultAuditLog log = new DefaultAuditLog(database, database.audit(), Optional.of(new HeadMarks(folder)));
        add(log, newer, KX, 0, 3);
        awaitMark(KX, "2 ");
        DefaultAuditLog others = new DefaultAuditLog(older, older);
        add(others, older, KX, 0, 3);
        add(others, older, AN, 0, 1);
        others.verify(KX);
        others.deactivate();
        add(log, newer, KX, 3, 5);
        awaitMark(KX, "4 ");
        String known = Files.readString(folder.resolve("kx.head"));

        database.become(older);
        add(log, older, KX, 100, 104);
        await().until(() -> !log.waiting().isEmpty());
        assertThat(Files.readString(folder.resolve("kx.head"))).isEqualTo(known);
        assertThat(log.verify(KX).entries()).as("nothing was chained").isEqualTo(3);
        assertThatThrownBy(() -> add(log, older, KX, 104, 105))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE));
        add(log, older, AN, 1, 2);
        assertThat(log.tail(AN, 10)).hasSize(2);

        database.become(newer);
        add(log, newer, KX, 5, 6);
        awaitMark(KX, "5 ");
        assertThat(log.waiting()).isEmpty();
        log.deactivate();
    }

    @Test
    void comparesOnceTheDatabaseIsThere() {
        MemoryStore older = older(3, 0);
        Failover database = new Failover(older);
        database.away.set(true);
        DefaultAuditLog log = new DefaultAuditLog(database, database.audit(), Optional.of(new HeadMarks(folder)));
        assertThatThrownBy(log::waiting).isInstanceOf(PledgeException.class);
        database.away.set(false);
        assertThatThrownBy(() -> add(log, older, KX, 3, 4)).hasMessageContaining("older");
        assertThat(log.waiting()).extracting(Rollback::tenant).containsExactly(KX);
        log.deactivate();
    }

    @Test
    void whatOneNodeAcceptsHoldsForAllThatShareTheFolder() {
        MemoryStore older = older(3, 0);
        DefaultAuditLog one = open(older);
        DefaultAuditLog another = open(older);
        assertThat(another.waiting()).hasSize(1);
        one.accept(OFFICER, KX, Reason.RESTORED);
        add(another, older, KX, 3, 4);
        assertThat(another.waiting()).isEmpty();
        one.deactivate();
        another.deactivate();
    }

    @Test
    void aFileThatIsNobodysMarkIsLeftAlone() throws IOException {
        MemoryStore older = older(3, 0);
        Files.writeString(folder.resolve("Copy of kx.head"), "4 ");
        DefaultAuditLog log = open(older);
        assertThat(log.waiting()).extracting(Rollback::tenant).containsExactly(KX);
        log.deactivate();
    }

    /** A database whose place another one takes. */
    private static final class Failover implements Transactions {
        private final AtomicReference<MemoryStore> current;
        private final AtomicBoolean away = new AtomicBoolean();

        Failover(MemoryStore first) {
            this.current = new AtomicReference<>(first);
        }

        void become(MemoryStore another) {
            current.set(another);
        }

        AuditStore audit() {
            return (AuditStore) Proxy.newProxyInstance(
                    AuditStore.class.getClassLoader(),
                    new Class<?>[] {AuditStore.class},
                    (proxy, method, arguments) -> method.invoke(current.get(), arguments));
        }

        @Override
        public <T> T required(Supplier<T> work) {
            if (away.get()) {
                throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database cannot be reached");
            }
            return current.get().required(work);
        }

        @Override
        public void afterCommit(Runnable action) {
            current.get().afterCommit(action);
        }

        @Override
        public void afterRollback(Runnable action) {
            current.get().afterRollback(action);
        }

        @Override
        public void whenUndone(Runnable action) {
            current.get().whenUndone(action);
        }
    }
}
