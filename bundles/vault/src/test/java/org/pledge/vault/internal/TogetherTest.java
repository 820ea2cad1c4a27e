package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.store.memory.MemoryVault;

final class TogetherTest {
    private static final TenantId TENANT = new TenantId("anonymizer");
    private static final TenantId OTHER = new TenantId("korax");
    private static final int MANY = 16;
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final MemoryVault transactions = new MemoryVault();
    private final List<List<Integer>> done = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore first = new Semaphore(0);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicReference<Optional<Integer>> unfit = new AtomicReference<>(Optional.empty());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Together<Integer, String> together = new Together<>(transactions, this::work, FOR_EVER);

    /** The first waits until it is let go. */
    private List<String> work(TenantId tenant, List<Integer> items) {
        done.add(items);
        if (items.contains(0)) {
            begun.countDown();
            first.acquireUninterruptibly();
        }
        if (unfit.get().filter(items::contains).isPresent()) {
            throw new PledgeException(Kind.CONFLICT, "this one does not fit");
        }
        return items.stream().map(item -> tenant.value() + item).toList();
    }

    @AfterEach
    void end() {
        first.release(MANY);
        threads.shutdownNow();
    }

    private Future<String> add(TenantId tenant, Object key, int item) {
        return threads.submit(() -> together.add(tenant, key, item));
    }

    /** So many, who come while the first is at work. */
    private List<Future<String>> behindTheFirst(int keys) throws InterruptedException {
        Future<String> leading = add(TENANT, "first", 0);
        begun.await();
        List<Future<String>> all = new ArrayList<>(List.of(leading));
        IntStream.rangeClosed(1, MANY).forEach(item -> all.add(add(TENANT, item % keys, item)));
        await().until(() -> together.waiting(TENANT) == MANY);
        first.release();
        return all;
    }

    @Test
    void beginsAtOnceWhereNobodyIsAtWork() {
        assertThat(together.add(TENANT, "a", 7)).isEqualTo("anonymizer7");
        assertThat(together.add(TENANT, "a", 8)).isEqualTo("anonymizer8");
        assertThat(done).containsExactly(List.of(7), List.of(8));
    }

    @Test
    void thoseWhoComeMeanwhileAreDoneTogether() throws InterruptedException, ExecutionException {
        List<Future<String>> all = behindTheFirst(MANY);
        for (int item = 0; item <= MANY; item++) {
            assertThat(all.get(item).get()).isEqualTo("anonymizer" + item);
        }
        assertThat(done).hasSize(2);
        assertThat(done.get(1))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, MANY).boxed().toList());
    }

    @Test
    void twoOfOneKeyAreDoneOneAfterTheOther() throws InterruptedException, ExecutionException {
        List<Future<String>> all = behindTheFirst(MANY / 2);
        for (Future<String> each : all) {
            each.get();
        }
        assertThat(done).hasSize(3);
        assertThat(done).allSatisfy(items -> assertThat(items.stream().map(item -> item == 0 ? -1 : item % (MANY / 2)))
                .doesNotHaveDuplicates());
    }

    @Test
    void nobodyFailsBecauseOfANeighbour() throws InterruptedException, ExecutionException {
        unfit.set(Optional.of(5));
        List<Future<String>> all = behindTheFirst(MANY);
        for (int item = 0; item <= MANY; item++) {
            if (item == 5) {
                Future<String> refused = all.get(item);
                assertThatThrownBy(refused::get).hasCauseInstanceOf(PledgeException.class);
            } else {
                assertThat(all.get(item).get()).isEqualTo("anonymizer" + item);
            }
        }
        assertThat(done.subList(2, done.size())).as("alone").allSatisfy(items -> assertThat(items)
                .hasSize(1));
    }

    @Test
    void anErrorOfWhoLeadsLeavesNobodyWaiting() throws InterruptedException {
        Together<Integer, String> broken = new Together<>(
                transactions,
                (tenant, items) -> {
                    if (items.size() > 1 || items.contains(0)) {
                        begun.countDown();
                        first.acquireUninterruptibly();
                        throw new StackOverflowError();
                    }
                    return List.of("alone");
                },
                FOR_EVER);
        Future<String> leading = threads.submit(() -> broken.add(TENANT, 0, 0));
        begun.await();
        List<Future<String>> all = IntStream.rangeClosed(1, 4)
                .mapToObj(item -> threads.submit(() -> broken.add(TENANT, item, item)))
                .toList();
        await().until(() -> broken.waiting(TENANT) == 4);
        first.release(2);
        assertThatThrownBy(leading::get).hasCauseInstanceOf(StackOverflowError.class);
        List<String> ends = all.stream().map(TogetherTest::end).sorted().toList();
        assertThat(ends).containsExactly("StackOverflowError", "alone", "alone", "alone");
    }

    /** The first waits, as for a row that somebody else has locked. */
    @Test
    void whoIsStuckHoldsUpNobodyButThoseOfTheSameKey() throws InterruptedException, ExecutionException {
        Together<Integer, String> impatient = new Together<>(transactions, this::work, Duration.ofMillis(1));
        Future<String> stuck = threads.submit(() -> impatient.add(TENANT, "locked", 0));
        begun.await();
        Future<String> same = threads.submit(() -> impatient.add(TENANT, "locked", 1));
        await().until(() -> impatient.waiting(TENANT) == 1);
        for (int item = 2; item <= MANY; item++) {
            int each = item;
            Future<String> other = threads.submit(() -> impatient.add(TENANT, "card-" + each, each));
            await().until(other::isDone);
            assertThat(other.get()).isEqualTo("anonymizer" + item);
        }
        assertThat(stuck.isDone()).isFalse();
        assertThat(impatient.waiting(TENANT)).isOne();
        assertThat(done).noneMatch(items -> items.contains(1));
        first.release();
        assertThat(stuck.get()).isEqualTo("anonymizer0");
        assertThat(same.get()).isEqualTo("anonymizer1");
    }

    @Test
    void fewGroupsAreAtWorkBesideEachOther() throws InterruptedException, ExecutionException {
        Together<Integer, String> impatient = new Together<>(
                transactions,
                (tenant, items) -> {
                    done.add(items);
                    first.acquireUninterruptibly();
                    return items.stream().map(String::valueOf).toList();
                },
                Duration.ofMillis(1));
        List<Future<String>> all = new ArrayList<>();
        for (int item = 0; item < 8; item++) {
            int each = item;
            all.add(threads.submit(() -> impatient.add(TENANT, each, each)));
            await().until(() ->
                    done.size() == Math.min(each + 1, 4) && impatient.waiting(TENANT) == Math.max(each - 3, 0));
        }
        assertThat(done).hasSize(4);
        first.release(MANY);
        for (int item = 0; item < 8; item++) {
            assertThat(all.get(item).get()).isEqualTo(Integer.toString(item));
        }
    }

    /** As what connects to a database does. */
    private static List<String> unlessInterrupted(List<Integer> items) {
        if (Thread.currentThread().isInterrupted()) {
            throw new PledgeException(Kind.UNAVAILABLE, "interrupted");
        }
        return items.stream().map(item -> "done " + item).toList();
    }

    @Test
    void whoIsInterruptedFailsAloneAlsoWhereTheyLead() throws InterruptedException, ExecutionException {
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        Together<Integer, String> shared = new Together<>(
                transactions,
                (tenant, items) -> {
                    sizes.add(items.size());
                    if (items.contains(0)) {
                        begun.countDown();
                        first.acquireUninterruptibly();
                    }
                    return unlessInterrupted(items);
                },
                FOR_EVER);
        Future<String> leading = threads.submit(() -> shared.add(TENANT, 0, 0));
        begun.await();
        AtomicReference<Boolean> stillInterrupted = new AtomicReference<>(false);
        FutureTask<String> interrupted = new FutureTask<>(() -> {
            try {
                return shared.add(TENANT, 1, 1);
            } finally {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        Thread next = new Thread(interrupted);
        next.start();
        await().until(() -> shared.waiting(TENANT) == 1);
        List<Future<String>> others = IntStream.rangeClosed(2, 5)
                .mapToObj(item -> threads.submit(() -> shared.add(TENANT, item, item)))
                .toList();
        await().until(() -> shared.waiting(TENANT) == 5);
        next.interrupt();
        first.release();
        assertThat(leading.get()).isEqualTo("done 0");
        for (int i = 0; i < others.size(); i++) {
            assertThat(others.get(i).get()).isEqualTo("done " + (i + 2));
        }
        assertThatThrownBy(interrupted::get).hasRootCauseMessage("interrupted");
        assertThat(stillInterrupted.get()).isTrue();
        assertThat(sizes).startsWith(1, 5).hasSize(7);
        assertThat(shared.add(TENANT, 1, 6)).as("the lane is free").isEqualTo("done 6");
    }

    private static String end(Future<String> each) {
        try {
            return each.get();
        } catch (ExecutionException e) {
            return e.getCause().getClass().getSimpleName();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tenantsShareNothing() throws InterruptedException, ExecutionException {
        Future<String> leading = add(TENANT, "first", 0);
        begun.await();
        assertThat(together.add(OTHER, "a", 1)).isEqualTo("korax1");
        first.release();
        assertThat(leading.get()).isEqualTo("anonymizer0");
    }

    @Test
    void whoIsInATransactionStaysInIt() throws InterruptedException, ExecutionException {
        Future<String> leading = add(TENANT, "first", 0);
        begun.await();
        assertThat(transactions.required(() -> together.add(TENANT, "a", 1))).isEqualTo("anonymizer1");
        first.release();
        leading.get();
    }
}
