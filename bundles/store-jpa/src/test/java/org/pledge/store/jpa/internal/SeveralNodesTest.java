package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.audit.spi.AuditStore;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;
import org.pledge.database.TombstoneRows;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;

/** Two nodes on one PostgreSQL: nothing twice, nothing lost, one at a time at a chain; one goes on without the other. */
final class SeveralNodesTest {
    private static final TenantId TENANT = new TenantId("nodes");
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant LATER = START.plusSeconds(61);
    private static final int NOTICES = 200;
    private static final int WRITERS = 3;
    private static final int REMOVALS = 200;
    private static final int REMOVALS_AT_ONCE = 3;

    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<UUID> sent = new CopyOnWriteArrayList<>();
    private final AtomicBoolean unguarded = new AtomicBoolean();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** A platform's part at the database, with a pool of its own. */
    private final class Node implements AutoCloseable {
        private final TestDatabase test;
        private final Database database;
        private final Stores stores;
        private final DefaultAuditLog audit;
        private final Set<UUID> claimed = ConcurrentHashMap.newKeySet();
        private final AtomicInteger written = new AtomicInteger();
        private final List<CompletableFuture<Void>> work = new ArrayList<>();
        private volatile boolean lost;

        Node(EmbeddedPostgres server) {
            this.test = TestStores.UNIT.postgresql(server);
            this.database = test.open();
            this.stores = TestStores.on(database);
            this.audit = new DefaultAuditLog(stores.transactions(), watched(server));
        }

        /** Looks whether another could take the chain's head while this node, which still has its connections, adds a link. */
        private AuditStore watched(EmbeddedPostgres server) {
            return (AuditStore) Proxy.newProxyInstance(
                    AuditStore.class.getClassLoader(),
                    new Class<?>[] {AuditStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("link") && headIsFree(server) && !lost) {
                            unguarded.set(true);
                        }
                        try {
                            return method.invoke(stores.audit(), arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        void begin() {
            for (int i = 0; i < WRITERS; i++) {
                work.add(CompletableFuture.runAsync(this::write, threads));
            }
            work.add(CompletableFuture.runAsync(
                    () -> {
                        while (!stop.get() && send(START)) {
                            Thread.onSpinWait();
                        }
                    },
                    threads));
        }

        private void write() {
            while (!stop.get()) {
                UUID id = UUID.randomUUID();
                stores.transactions().required(() -> audit.append(leaf(id)));
                acknowledged.add(id);
                written.incrementAndGet();
            }
        }

        /** Sends some as the platform does: claimed, told outside of a transaction, kept. */
        boolean send(Instant now) {
            List<StoredNotice> mine = stores.transactions().required(() -> {
                List<StoredNotice> due = TestStores.notices(stores).lockDueNotices(TENANT, "acme", now, 3);
                due.forEach(each -> put(each, State.SENDING, Optional.of(now.plusSeconds(60))));
                return due;
            });
            for (StoredNotice each : mine) {
                UUID id = each.notice().id();
                claimed.add(id);
                sent.add(id);
                stores.transactions().required(() -> put(each, State.DELIVERED, Optional.empty()));
                claimed.remove(id);
            }
            return !mine.isEmpty();
        }

        private void put(StoredNotice before, State state, Optional<Instant> until) {
            TestStores.notices(stores)
                    .putNotice(new StoredNotice(
                            notice(before.notice().id(), before.notice().subject(), state), Set.of(), START, until));
        }

        /** Records removals after a restore, some at a time, and says of which. */
        List<Tombstone> recordRemovals() {
            JpaTombstoneStore store = new JpaTombstoneStore((JpaTransactions) stores.transactions());
            List<Tombstone> all = new ArrayList<>();
            List<Tombstone> some;
            do {
                some = stores.transactions().required(() -> {
                    List<Tombstone> waiting = store.unrecorded(REMOVALS_AT_ONCE, Set.of());
                    waiting.forEach(store::recorded);
                    return waiting;
                });
                all.addAll(some);
            } while (!some.isEmpty());
            return all;
        }

        /** As when the node is lost: its connections end, whatever they do. */
        void cut() {
            lost = true;
            test.dataSource().close();
            work.forEach(each ->
                    assertThat(each.handle((done, failure) -> failure).join()).isNotNull());
        }

        void end() {
            work.forEach(CompletableFuture::join);
        }

        @Override
        public void close() {
            audit.deactivate();
            database.close();
            test.close();
        }
    }

    private static Leaf leaf(UUID id) {
        return new Leaf(
                TENANT, START, Leaf.Act.BACKUP_MADE, "node", Optional.empty(), List.of(), Map.of("id", id.toString()));
    }

    private static Notice notice(UUID id, SubjectId subject, State state) {
        return new Notice(
                id,
                TENANT,
                subject,
                "acme",
                Kind.WITHDRAWAL,
                Set.of(),
                Set.of("email"),
                state,
                0,
                OptionalInt.empty(),
                START,
                START.plusSeconds(100),
                START.plusSeconds(200),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static boolean headIsFree(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select tenant from audit_head for update skip locked")) {
            return row.next();
        }
    }

    private static Stream<String> chained(Node node) {
        Pattern id = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        return node
                .stores
                .transactions()
                .required(() -> node.stores.audit().links(TENANT, 0, Integer.MAX_VALUE))
                .stream()
                .map(link -> new String(link.content(), StandardCharsets.ISO_8859_1))
                .flatMap(text -> id.matcher(text).results().map(MatchResult::group));
    }

    private void assertEachRemovalIsRecordedOnce(Node a, Node b) {
        a.stores.transactions().required(() -> {
            for (int i = 0; i < REMOVALS; i++) {
                TombstoneRows.putUnrecorded(
                        ((JpaTransactions) a.stores.transactions()).current(),
                        new Tombstone(TENANT, "%064d".formatted(i), START));
            }
        });
        CompletableFuture<List<Tombstone>> others = CompletableFuture.supplyAsync(b::recordRemovals, threads);
        List<Tombstone> recorded = new ArrayList<>(a.recordRemovals());
        recorded.addAll(others.join());
        assertThat(recorded).doesNotHaveDuplicates().hasSize(REMOVALS);
    }

    @Test
    void nothingIsLostOrTwiceAndOneGoesOnWhenTheOtherIsCutOff() throws IOException {
        try (EmbeddedPostgres server = TestUnit.server()) {
            CompletableFuture<Node> second = CompletableFuture.supplyAsync(() -> new Node(server), threads);
            try (Node a = new Node(server);
                    Node b = second.join()) {
                assertEachRemovalIsRecordedOnce(a, b);
                Set<UUID> notices = new HashSet<>();
                a.stores.transactions().required(() -> {
                    for (int i = 0; i < NOTICES; i++) {
                        Notice notice = notice(UUID.randomUUID(), SubjectId.random(), State.QUEUED);
                        notices.add(notice.id());
                        TestStores.notices(a.stores)
                                .addNotice(new StoredNotice(notice, Set.of(), START, Optional.empty()));
                    }
                });
                a.begin();
                b.begin();
                await().atMost(LONGEST).until(() -> a.written.get() > 50 && b.written.get() > 50);
                b.cut();
                int together = a.written.get();
                await().atMost(LONGEST).until(() -> a.written.get() > together + 50);
                stop.set(true);
                a.end();
                while (a.send(START) || a.send(LATER)) {
                    Thread.onSpinWait();
                }

                assertThat(sent).containsAll(notices).hasSizeBetween(NOTICES, NOTICES + b.claimed.size());
                assertThat(b.claimed)
                        .containsAll(sent.stream()
                                .filter(id -> Collections.frequency(sent, id) > 1)
                                .toList());
                assertThat(a.audit.verify(TENANT).intact()).isTrue();
                List<String> ids = chained(a).toList();
                assertThat(ids)
                        .doesNotHaveDuplicates()
                        .containsAll(acknowledged.stream().map(UUID::toString).collect(Collectors.toSet()));
                assertThat(unguarded).as("two may be at the chain at once").isFalse();
            }
        } finally {
            stop.set(true);
            threads.shutdown();
        }
    }
}
