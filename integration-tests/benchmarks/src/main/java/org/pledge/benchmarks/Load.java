package org.pledge.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Lets clients work side by side, one side after the other in rounds, and counts what they get done. */
final class Load {
    private static final int WARM_UP_ROUNDS = 3;
    private static final int WINDOWS = 8;

    /**
     * What is compared: clients, each with a thread of its own, and the CPU time that their work takes.
     *
     * @param settle does what a round has left to be done; its CPU time counts, and the next round begins after it
     */
    record Side(List<Callable<?>> clients, LongSupplier cpuNanos, Runnable settle) {
        Side(List<Callable<?>> clients, LongSupplier cpuNanos) {
            this(clients, cpuNanos, () -> {});
        }
    }

    /** Makes one client of a side. */
    interface Client {
        Callable<?> of(long seed) throws SQLException;
    }

    /**
     * What one operation takes.
     *
     * @param p5 nanoseconds from one completion to the next, in the best twentieth of the windows
     * @param cpu nanoseconds in the best round
     */
    record Cost(double p5, double cpu) {
        double perSecond() {
            return 1e9 / p5;
        }
    }

    private Load() {}

    /** So many clients, each with a seed of its own. */
    static List<Callable<?>> clients(int count, Client client) throws SQLException {
        List<Callable<?>> clients = new ArrayList<>();
        for (int seed = 0; seed < count; seed++) {
            clients.add(client.of(seed));
        }
        return clients;
    }

    /** How long one side works altogether. */
    static Duration all(int rounds, Duration each) {
        return each.multipliedBy(WARM_UP_ROUNDS + rounds);
    }

    /** Runs each side in some rounds to warm up, then in so many that count. */
    static List<Cost> inTurns(int rounds, Duration each, List<Side> sides) {
        List<Counts> counts = sides.stream().map(Counts::new).toList();
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            counts.forEach(side -> side.round(each));
        }
        counts.forEach(Counts::clear);
        for (int round = 0; round < rounds; round++) {
            counts.forEach(side -> side.round(each));
        }
        return counts.stream().map(Counts::cost).toList();
    }

    private static final class Counts {
        private final Side side;
        private final List<Double> windows = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();

        Counts(Side side) {
            this.side = side;
        }

        void clear() {
            windows.clear();
            cpu.clear();
        }

        void round(Duration length) {
            AtomicBoolean running = new AtomicBoolean(true);
            LongAdder done = new LongAdder();
            CountDownLatch failed = new CountDownLatch(1);
            ExecutorService threads =
                    Executors.newFixedThreadPool(side.clients().size());
            try {
                long cpuBefore = side.cpuNanos().getAsLong();
                List<Future<Void>> ends = side.clients().stream()
                        .map(client -> threads.submit(() -> work(client, running, done, failed)))
                        .toList();
                watch(length, done, failed);
                running.set(false);
                for (Future<Void> end : ends) {
                    end.get();
                }
                side.settle().run();
                cpu.add((double) (side.cpuNanos().getAsLong() - cpuBefore) / done.sum());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } finally {
                running.set(false);
                threads.shutdown();
            }
        }

        private static Void work(Callable<?> client, AtomicBoolean running, LongAdder done, CountDownLatch failed)
                throws Exception {
            boolean ended = false;
            try {
                while (running.get()) {
                    client.call();
                    done.increment();
                }
                ended = true;
                return null;
            } finally {
                if (!ended) {
                    failed.countDown();
                }
            }
        }

        /** Counts in windows, until all are over or a client has failed. */
        private void watch(Duration length, LongAdder done, CountDownLatch failed) throws InterruptedException {
            long before = done.sum();
            long start = System.nanoTime();
            for (int window = 0;
                    window < WINDOWS && !failed.await(length.toNanos() / WINDOWS, TimeUnit.NANOSECONDS);
                    window++) {
                long now = done.sum();
                long time = System.nanoTime();
                if (now > before) {
                    windows.add((double) (time - start) / (now - before));
                }
                before = now;
                start = time;
            }
        }

        Cost cost() {
            return new Cost(
                    Blocks.percentile(windows, 5),
                    cpu.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
        }
    }
}
