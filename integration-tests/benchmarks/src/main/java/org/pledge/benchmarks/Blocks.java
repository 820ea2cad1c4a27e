package org.pledge.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Times operations in turns, so that all of them see the same machine. Each runs in blocks of about a millisecond,
 * shorter than a scheduler's slice: the 5th percentile of the blocks is the cost without interference, and the CPU time
 * of the thread leaves out waiting for a processor.
 */
final class Blocks {
    private static final long BLOCK_NANOS = 800_000;
    private static final long TURN_NANOS = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What one operation costs: nanoseconds and bytes. */
    record Cost(double p5, double p50, double cpu, double allocated) {}

    private Blocks() {}

    /** Measures each operation for so long in total, after half as long to warm up. */
    static List<Cost> measure(Duration each, List<Callable<?>> operations) {
        List<Case> cases = operations.stream().map(Case::new).toList();
        long turns = Math.max(4, each.toNanos() / TURN_NANOS);
        for (long turn = 0; turn < turns / 2; turn++) {
            cases.forEach(Case::turn);
        }
        cases.forEach(Case::calibrate);
        for (long turn = 0; turn < turns; turn++) {
            cases.forEach(Case::turn);
        }
        return cases.stream().map(Case::cost).toList();
    }

    /** Calls what may throw anything. */
    static <T> T call(Callable<T> operation) {
        try {
            return operation.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value below which this share of the values lies. */
    static double percentile(List<Double> values, int percent) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() * percent / 100);
    }

    private static final class Case {
        private final Callable<?> operation;
        private final List<Double> blocks = new ArrayList<>();
        private int size = 1;
        private long operations;
        private long cpu;
        private long allocated;

        Case(Callable<?> operation) {
            this.operation = operation;
        }

        void calibrate() {
            while (block() < BLOCK_NANOS) {
                size *= 2;
            }
            blocks.clear();
            operations = 0;
            cpu = 0;
            allocated = 0;
        }

        void turn() {
            long end = System.nanoTime() + TURN_NANOS;
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            while (System.nanoTime() < end) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                long nanos = block();
                allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
                operations += size;
                blocks.add((double) nanos / size);
            }
            cpu += THREADS.getCurrentThreadCpuTime() - cpuBefore;
        }

        private long block() {
            long start = System.nanoTime();
            int odd = call(this::runAll);
            long nanos = System.nanoTime() - start;
            if (odd > 0) {
                throw new IllegalStateException("an operation answered nothing");
            }
            return nanos;
        }

        /** Looks at every answer, so that none is optimised away. */
        private int runAll() throws Exception {
            int odd = 0;
            for (int i = 0; i < size; i++) {
                if (operation.call() == this) {
                    odd++;
                }
            }
            return odd;
        }

        Cost cost() {
            return new Cost(
                    percentile(blocks, 5),
                    percentile(blocks, 50),
                    (double) cpu / operations,
                    (double) allocated / operations);
        }
    }
}
