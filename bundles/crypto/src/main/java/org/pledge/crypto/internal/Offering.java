package org.pledge.crypto.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.pledge.PledgeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a service that needs the database for that, again and again until it succeeds, and offers it then. */
final class Offering<T> {
    static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int TRIES_BETWEEN = 1800;
    private static final Logger LOG = LoggerFactory.getLogger(Offering.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private record Offered<T>(T service, ServiceRegistration<T> registration) {}

    private final BundleContext context;
    private final Class<T> type;
    private final Supplier<T> making;
    private final Consumer<T> closing;
    private final Duration pause;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final AtomicReference<Optional<Offered<T>>> offered = new AtomicReference<>(Optional.empty());
    private final Thread thread;

    /** Starts at once, on a thread of its own. */
    Offering(BundleContext context, Class<T> type, Supplier<T> making, Consumer<T> closing, Duration pause) {
        this.context = context;
        this.type = type;
        this.making = making;
        this.closing = closing;
        this.pause = pause;
        this.thread = new Thread(this::run, "pledge-" + type.getSimpleName());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        Set<String> told = new HashSet<>();
        for (long tries = 1; !stopping.isDone(); tries++) {
            try {
                offer(making.get());
                return;
            } catch (RuntimeException | LinkageError e) { // the edge of a thread of our own
                boolean grown = Long.bitCount(tries) == 1 && tries < TRIES_BETWEEN || tries % TRIES_BETWEEN == 0;
                if (told.add(text(e)) || grown) {
                    LOG.warn(
                            "{} cannot be offered yet, after {} tries; what needs it is refused until then: {}",
                            type.getSimpleName(),
                            tries,
                            text(e));
                }
            }
            stopping.copy()
                    .completeOnTimeout(null, pause.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    /** What we say ourselves tells what to do; what others say may name what is kept. */
    private static String text(Throwable failure) {
        boolean ours = failure instanceof PledgeException
                || failure.getStackTrace().length > 0
                        && failure.getStackTrace()[0].getClassName().startsWith("org.pledge.crypto.");
        String remedy = failure instanceof PledgeException known ? ". " + known.remedy() : "";
        return ours
                ? failure.getMessage() + remedy
                : failure.getClass().getName() + ". Look at the database and at what was logged before.";
    }

    private void offer(T service) {
        if (!stopping.isDone()) {
            offered.set(Optional.of(new Offered<>(service, context.registerService(type, service, null))));
        } else {
            closing.accept(service);
        }
        if (stopping.isDone()) {
            withdraw();
        }
    }

    private void withdraw() {
        offered.getAndSet(Optional.empty()).ifPresent(one -> {
            one.registration().unregister();
            closing.accept(one.service());
        });
    }

    /** Withdraws it; never by an interrupt, which would close an H2 file. */
    void stop() {
        stopping.complete(null);
        withdraw();
        try {
            thread.join(STOP_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
