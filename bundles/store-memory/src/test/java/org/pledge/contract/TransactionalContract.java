package org.pledge.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.pledge.TenantId;
import org.pledge.store.Transactions;

/**
 * What the contracts of every database share. Each test uses tenants of its own, so that a database may serve every
 * test; a test looks only at what it put there itself.
 */
public abstract class TransactionalContract {
    /** Ends the work that is meant to fail. */
    protected static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** An instant with microseconds, which every database keeps. */
    protected static final Instant NOW = Instant.parse("2026-11-22T10:11:12.123456Z");

    private static final long PATIENCE_SECONDS = 60;

    protected final TenantId tenant = newTenant();
    protected final TenantId otherTenant = newTenant();

    /** The transactions of the database under test; the same one for the whole of a test. */
    protected abstract Transactions transactions();

    protected final <T> T in(Supplier<T> work) {
        return transactions().required(work);
    }

    protected final void run(Runnable work) {
        transactions().required(work);
    }

    /** Runs work whose changes must not stay. */
    protected final void rollBack(Runnable work) {
        try {
            run(() -> {
                work.run();
                throw new Stop();
            });
            throw new AssertionError("the exception of the work was lost");
        } catch (Stop expected) {
            return;
        }
    }

    protected static TenantId newTenant() {
        return new TenantId(
                "t" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    protected static byte[] bytes(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    /** Runs the work of each of {@code threads} at the same time and returns the results in the order of threads. */
    protected static <T> List<T> atOnce(int threads, IntFunction<T> work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> started = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                started.add(pool.submit(() -> work.apply(thread)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : started) {
                results.add(get(future));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    protected static <T> T get(Future<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("work in another thread failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("work in another thread does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
