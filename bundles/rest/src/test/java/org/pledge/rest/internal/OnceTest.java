package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.RepeatableRequests;
import org.pledge.store.Transactions;

/** Two requests under one key, both in the middle of their acts. */
@Timeout(60)
class OnceTest {
    private static final Caller SHOP = new Caller(new TenantId("korax"), "shop", Set.of(Role.OPERATOR));
    private static final Once.Key KEY = new Once.Key("key", new byte[] {1});

    private final Ledger ledger = new Ledger();
    private final Keys keys = new Keys();
    private final CyclicBarrier bothAreActing = new CyclicBarrier(2);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Once once(Optional<Once.Key> key) {
        Map<String, Live<?>> used =
                Map.of("transactions", live((Transactions) ledger), "repeatable", live((RepeatableRequests) keys));
        Object[] all = Arrays.stream(Services.class.getRecordComponents())
                .map(each -> used.getOrDefault(each.getName(), new Live<>(each.getName(), Optional::empty, () -> {})))
                .toArray();
        try {
            return new Once((Services) Services.class.getDeclaredConstructors()[0].newInstance(all), SHOP, key);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> Live<T> live(T service) {
        return new Live<>("here", () -> Optional.of(service), () -> {});
    }

    private List<String> bothAtOnce(Once once) {
        return Stream.of("one", "other")
                .map(name -> CompletableFuture.supplyAsync(() -> once.together(() -> act(name)), threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    /** Two services act, each in its own transaction where there is none; the other request is between the two, too. */
    private String act(String name) {
        ledger.required(() -> ledger.write(name + " made"));
        try {
            bothAreActing.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
        ledger.required(() -> ledger.write(name + " recorded"));
        return name;
    }

    @Test
    void oneOfTwoIsUndoneAndBothGetTheAnswerOfTheOther() {
        List<String> answers = bothAtOnce(once(Optional.of(KEY)));
        assertThat(answers).hasSize(2).containsOnly(answers.get(0));
        assertThat(ledger.kept).containsExactly(answers.get(0) + " made", answers.get(0) + " recorded");
    }

    @Test
    void twoWithoutAKeyAreTwo() {
        assertThat(bothAtOnce(once(Optional.empty()))).containsExactly("one", "other");
        assertThat(ledger.kept).containsExactlyInAnyOrder("one made", "one recorded", "other made", "other recorded");
    }

    /** Keeps what a transaction wrote when its outermost part ends well. */
    private static final class Ledger implements Transactions {
        final List<String> kept = new CopyOnWriteArrayList<>();
        private final ThreadLocal<List<String>> written = new ThreadLocal<>();

        void write(String what) {
            written.get().add(what);
        }

        @Override
        public <T> T required(Supplier<T> work) {
            if (written.get() != null) {
                return work.get();
            }
            written.set(new ArrayList<>());
            try {
                T result = work.get();
                kept.addAll(written.get());
                return result;
            } finally {
                written.remove();
            }
        }

        @Override
        public void afterCommit(Runnable action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void afterRollback(Runnable action) {
            throw new UnsupportedOperationException();
        }
    }

    /** As the platform's: whose key is there already undoes its own transaction, and answers what was answered. */
    private final class Keys implements RepeatableRequests {
        private final Map<String, String> done = new ConcurrentHashMap<>();

        @Override
        public String once(Caller caller, String key, byte[] requestDigest, Supplier<String> act) {
            try {
                return ledger.required(() -> {
                    String made = act.get();
                    if (done.putIfAbsent(key, made) != null) {
                        throw new IllegalStateException("done meanwhile");
                    }
                    return made;
                });
            } catch (IllegalStateException e) {
                return Optional.ofNullable(done.get(key)).orElseThrow(() -> e);
            }
        }
    }
}
