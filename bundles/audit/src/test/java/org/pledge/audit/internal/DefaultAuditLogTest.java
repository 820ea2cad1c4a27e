package org.pledge.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditTrail;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.audit.spi.AuditStore.StoredLeaf;
import org.pledge.store.memory.MemoryStore;

final class DefaultAuditLogTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");

    private final MemoryStore store = new MemoryStore();
    private final List<DefaultAuditLog> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(DefaultAuditLog::deactivate);
    }

    private DefaultAuditLog open(AuditStore over) {
        DefaultAuditLog log = new DefaultAuditLog(store, over);
        opened.add(log);
        return log;
    }

    private static Leaf leaf(TenantId tenant, int number) {
        return new Leaf(
                tenant,
                Instant.parse("2026-11-22T10:11:12.123456Z"),
                Leaf.Act.CONSENT_GRANTED,
                "shop",
                Optional.empty(),
                List.of("KX-12"),
                Map.of("number", Integer.toString(number)));
    }

    private void append(DefaultAuditLog log, TenantId tenant, int... numbers) {
        IntStream.of(numbers).forEach(number -> store.required(() -> log.append(leaf(tenant, number))));
    }

    private static List<String> numbers(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.leaf().details().get("number"))
                .toList();
    }

    @Test
    void whoActsSeesTheActAtOnce() {
        DefaultAuditLog log = open(store);
        append(log, KX, 1);
        List<Entry> tail = log.tail(KX, 10);
        assertThat(tail).hasSize(1);
        assertThat(tail.get(0).position()).isZero();
        assertThat(tail.get(0).leaf()).isEqualTo(leaf(KX, 1));
        assertThat(tail.get(0).chain()).matches("[0-9a-f]{64}");
        assertThat(log.verify(KX))
                .isEqualTo(new Verification(1, OptionalLong.empty(), tail.get(0).chain()));
    }

    @Test
    void tellsTheNewestFirstPerTenant() {
        DefaultAuditLog log = open(store);
        append(log, KX, 1, 2, 3, 4);
        append(log, AN, 9);
        assertThat(numbers(log.tail(KX, 3))).containsExactly("4", "3", "2");
        assertThat(log.tail(KX, 3)).extracting(Entry::position).containsExactly(3L, 2L, 1L);
        assertThat(numbers(log.tail(AN, 3))).containsExactly("9");
        assertThat(log.verify(AN).entries()).isEqualTo(1);
    }

    private static Leaf about(SubjectId subject, int number) {
        Leaf leaf = leaf(KX, number);
        return new Leaf(KX, leaf.at(), leaf.act(), leaf.actor(), Optional.of(subject), leaf.promises(), leaf.details());
    }

    @Test
    void readsWhatIsAboutOnePersonPartByPart() {
        DefaultAuditLog log = open(store);
        SubjectId ada = SubjectId.random();
        SubjectId bob = SubjectId.random();
        store.required(() -> {
            for (int i = 0; i < 2500; i++) {
                log.append(i % 10 == 0 ? about(ada, i) : i % 10 == 5 ? about(bob, i) : leaf(KX, i));
            }
        });

        List<String> found = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            AuditTrail.Part part = log.about(KX, ada, next.getAsLong(), 1100);
            found.addAll(numbers(part.entries()));
            sizes.add(part.entries().size());
            next = part.next();
        }

        assertThat(found)
                .isEqualTo(IntStream.range(0, 250)
                        .mapToObj(i -> Integer.toString(10 * i))
                        .toList());
        assertThat(sizes).containsExactly(110, 110, 30);
        assertThat(log.about(AN, ada, 0, 10).entries()).isEmpty();
        assertThat(log.about(KX, SubjectId.random(), 0, 10_000).entries()).isEmpty();
    }

    @Test
    void leavesThatAreAddedTogetherAreChainedInTheirOrderPerTenant() {
        DefaultAuditLog log = open(store);
        append(log, KX, 1);
        store.required(() -> log.appendAll(List.of(leaf(KX, 2), leaf(AN, 9), leaf(KX, 3))));
        assertThat(numbers(log.tail(KX, 10))).containsExactly("3", "2", "1");
        assertThat(numbers(log.tail(AN, 10))).containsExactly("9");
        assertThat(log.verify(KX).intact()).isTrue();
    }

    @Test
    void leavesThatAreAddedTogetherArePassedByTheSameGuard() {
        DefaultAuditLog log = open(store);
        Leaf telling = new Leaf(
                KX,
                leaf(KX, 1).at(),
                Leaf.Act.CONSENT_GRANTED,
                "shop",
                Optional.empty(),
                List.of(),
                Map.of("who", "anna@example.org"));
        assertThatThrownBy(() -> store.required(() -> log.appendAll(List.of(leaf(KX, 1), telling))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("anna");
        assertThat(log.tail(KX, 10)).isEmpty();
    }

    @Test
    void anEmptyChainIsIntact() {
        assertThat(open(store).verify(KX)).isEqualTo(new Verification(0, OptionalLong.empty(), "0".repeat(64)));
        assertThat(open(store).tail(KX, 5)).isEmpty();
    }

    @Test
    void appendNeedsATransaction() {
        DefaultAuditLog log = open(store);
        assertThatThrownBy(() -> log.append(leaf(KX, 1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anActThatIsRolledBackLeavesNoLeaf() {
        DefaultAuditLog log = open(store);
        append(log, KX, 1);
        assertThatThrownBy(() -> store.required(() -> {
                    log.append(leaf(KX, 2));
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        append(log, KX, 3);
        assertThat(numbers(log.tail(KX, 10))).containsExactly("3", "1");
        assertThat(log.verify(KX).intact()).isTrue();
    }

    @Test
    void aDetailThatLooksPersonalStopsTheAct() {
        DefaultAuditLog log = open(store);
        Leaf personal = new Leaf(
                KX,
                Instant.EPOCH,
                Leaf.Act.REFUSED,
                "shop",
                Optional.empty(),
                List.of(),
                Map.of("value", "somebody@example.org"));
        assertThatThrownBy(() -> store.required(() -> log.append(personal)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("example");
        assertThat(log.tail(KX, 10)).isEmpty();
    }

    @Test
    void leavesAreChainedWithoutAnybodyAsking() {
        DefaultAuditLog log = open(store);
        for (int number = 1; number <= 3; number++) {
            int chained = number;
            append(log, KX, number);
            await().until(() -> store.required(() -> store.newest(KX, 10)).size() == chained);
        }
    }

    @Test
    void leavesOfAnEarlierRunAreChainedAtStart() {
        DefaultAuditLog first = open(store);
        append(first, KX, 1);
        first.tail(KX, 1);
        first.deactivate();
        append(first, KX, 2, 3);
        assertThat(store.required(() -> store.unchained(KX, 10))).hasSize(2);
        DefaultAuditLog second = open(store);
        await().until(() -> store.required(() -> store.unchained(KX, 10)).isEmpty());
        assertThat(numbers(second.tail(KX, 10))).containsExactly("3", "2", "1");
        assertThat(second.verify(KX).intact()).isTrue();
    }

    @Test
    void aTenantThatCannotBeChainedHoldsUpNobodyAndIsTriedAgain() {
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean(true);
        AuditStore failing = (AuditStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AuditStore.class}, (self, method, arguments) -> {
                    if (method.getName().equals("lockHead") && arguments[0].equals(KX) && broken.get()) {
                        refused.incrementAndGet();
                        throw new IllegalStateException("this chain cannot be locked");
                    }
                    return method.invoke(store, arguments);
                });
        List<TenantId> others = List.of(AN, new TenantId("ab"), new TenantId("zz"));
        DefaultAuditLog log = open(failing);
        for (int round = 1; round <= 2; round++) {
            int expected = round;
            append(log, KX, round);
            others.forEach(tenant -> append(log, tenant, expected));
            await().until(() -> others.stream()
                    .allMatch(tenant ->
                            store.required(() -> store.newest(tenant, 10)).size() == expected));
            assertThat(store.required(() -> store.unchained(KX, 10))).hasSize(round);
        }
        await().until(() -> refused.get() > 1);
        broken.set(false);
        await().until(() -> store.required(() -> store.newest(KX, 10)).size() == 2);
        assertThat(log.verify(KX).intact()).isTrue();
    }

    @Test
    void deactivationEndsTheThread() {
        Set<Thread> before = sequencers();
        DefaultAuditLog log = open(store);
        Set<Thread> mine = sequencers();
        mine.removeAll(before);
        assertThat(mine).hasSize(1);
        log.deactivate();
        assertThat(mine).noneMatch(Thread::isAlive);
    }

    private static Set<Thread> sequencers() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().equals("pledge-audit-sequencer"));
        return threads;
    }

    @Test
    void manyThreadsAndTwoSequencersMakeOneChainPerTenant() {
        DefaultAuditLog log = open(store);
        DefaultAuditLog other = open(store);
        List<CompletableFuture<Void>> running = IntStream.range(0, 6)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    DefaultAuditLog mine = thread % 2 == 0 ? log : other;
                    for (int i = 0; i < 100; i++) {
                        append(mine, i % 3 == 0 ? AN : KX, 1000 * thread + i);
                        if (i % 20 == 0) {
                            mine.tail(KX, 5);
                        }
                    }
                }))
                .toList();
        running.forEach(CompletableFuture::join);
        List<Entry> all = new ArrayList<>(log.tail(KX, 10_000));
        assertThat(all).hasSize(6 * 66);
        assertThat(all)
                .extracting(Entry::position)
                .containsExactlyElementsOf(LongStream.range(0, all.size())
                        .map(i -> all.size() - 1 - i)
                        .boxed()
                        .toList());
        all.addAll(log.tail(AN, 10_000));
        assertThat(numbers(all))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 6)
                        .boxed()
                        .flatMap(thread -> IntStream.range(0, 100).mapToObj(i -> Integer.toString(1000 * thread + i)))
                        .toList());
        assertThat(log.verify(KX).intact()).isTrue();
        assertThat(other.verify(AN).intact()).isTrue();
    }

    @Test
    void moreThanABatchIsChainedAndVerified() {
        DefaultAuditLog log = open(store);
        store.required(() -> IntStream.range(0, 2345).forEach(number -> log.append(leaf(KX, number))));
        Verification verification = log.verify(KX);
        assertThat(verification.entries()).isEqualTo(2345);
        assertThat(verification.intact()).isTrue();
        assertThat(numbers(log.tail(KX, 1))).containsExactly("2344");
    }

    @Test
    void anAlteredLeafIsNamed() {
        assertBroken(
                3,
                links -> replace(links, 3, link -> {
                    byte[] content = link.content().clone();
                    content[content.length - 1] ^= 1;
                    return new Link(link.position(), link.leafId(), content, link.chain());
                }));
    }

    @Test
    void anAlteredHashIsNamed() {
        assertBroken(
                5,
                links -> replace(links, 5, link -> {
                    byte[] chain = link.chain().clone();
                    chain[0] ^= 1;
                    return new Link(link.position(), link.leafId(), link.content(), chain);
                }));
    }

    @Test
    void aDroppedLeafIsNamed() {
        assertBroken(
                4, links -> links.stream().filter(link -> link.position() != 4).toList());
    }

    @Test
    void aDroppedFirstLeafIsNamed() {
        assertBroken(
                0, links -> links.stream().filter(link -> link.position() != 0).toList());
    }

    @Test
    void aDroppedLeafWhoseGapWasClosedIsNamed() {
        assertBroken(4, links -> links.stream()
                .filter(link -> link.position() != 4)
                .map(link -> new Link(
                        link.position() > 4 ? link.position() - 1 : link.position(),
                        link.leafId(),
                        link.content(),
                        link.chain()))
                .toList());
    }

    @Test
    void twoSwappedLeavesAreNamed() {
        assertBroken(
                2,
                links -> replace(
                        replace(links, 2, link -> withContent(link, links.get(6))),
                        6,
                        link -> withContent(link, links.get(2))));
    }

    private static Link withContent(Link link, Link from) {
        return new Link(link.position(), from.leafId(), from.content(), link.chain());
    }

    private static List<Link> replace(List<Link> links, int position, UnaryOperator<Link> with) {
        return links.stream()
                .map(link -> link.position() == position ? with.apply(link) : link)
                .toList();
    }

    private void assertBroken(long position, UnaryOperator<List<Link>> tampering) {
        append(open(store), KX, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(open(store).verify(KX).intact()).isTrue();
        Verification verification = open(new Tampered(store, tampering)).verify(KX);
        assertThat(verification.intact()).isFalse();
        assertThat(verification.firstBroken()).hasValue(position);
    }

    /** A store somebody reached behind our back. */
    private record Tampered(AuditStore store, UnaryOperator<List<Link>> tampering) implements AuditStore {
        @Override
        public void add(TenantId tenant, byte[] content) {
            store.add(tenant, content);
        }

        @Override
        public List<StoredLeaf> unchained(TenantId tenant, int limit) {
            return store.unchained(tenant, limit);
        }

        @Override
        public Optional<Link> lockHead(TenantId tenant) {
            return store.lockHead(tenant);
        }

        @Override
        public void link(TenantId tenant, List<Link> links) {
            store.link(tenant, links);
        }

        @Override
        public List<Link> links(TenantId tenant, long fromPosition, int limit) {
            return tampering.apply(store.links(tenant, 0, Integer.MAX_VALUE)).stream()
                    .filter(link -> link.position() >= fromPosition)
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<Link> newest(TenantId tenant, int limit) {
            return store.newest(tenant, limit);
        }

        @Override
        public Set<TenantId> tenants() {
            return store.tenants();
        }
    }
}
