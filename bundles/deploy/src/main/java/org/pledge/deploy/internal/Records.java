package org.pledge.deploy.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was accepted and refused to the audit record, each once, when that is running.
 *
 * <p>A refusal waits until its artifact can no longer be one whose signature is still being copied.
 */
final class Records {
    static final Duration SETTLING = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final TenantId PLATFORM = new TenantId("platform");
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_KNOWN = 10_000;

    /** A leaf, from when on it is written, and what to tell the log first. */
    private record Waiting(Leaf leaf, Instant due, Optional<String> text) {
        Waiting told() {
            return new Waiting(leaf, due, Optional.empty());
        }
    }

    private final Supplier<Optional<AuditLog>> audit;
    private final Supplier<Optional<Transactions>> transactions;
    private final Clock clock;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final Map<String, Boolean> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private int lost;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-deploy-records");
        thread.setDaemon(true);
        return thread;
    });

    Records(Supplier<Optional<AuditLog>> audit, Supplier<Optional<Transactions>> transactions, Clock clock) {
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start() {
        writer.scheduleWithFixedDelay(() -> write(clock.instant()), 500, 500, TimeUnit.MILLISECONDS);
    }

    /** Writes what can be written and ends. */
    void stop() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            writer.shutdownNow();
            Thread.currentThread().interrupt();
        }
        write(Instant.MAX);
    }

    /**
     * Notes a refusal, unless the same one was noted before. It may be called while the framework holds its locks.
     *
     * @param artifact whose other refusals this one replaces
     * @param same equal for refusals of the artifact that are one
     * @param text for the log
     */
    synchronized void refused(String artifact, String same, String text, Map<String, String> details) {
        if (known.put(artifact + " " + same, true) != null) {
            return;
        }
        Instant now = clock.instant();
        Waiting earlier = waiting.get(artifact);
        if (earlier != null && !earlier.due().isAfter(now)) {
            keep(artifact + " " + earlier.due(), waiting.remove(artifact));
        }
        keep(
                artifact,
                new Waiting(leaf(Leaf.Act.ARTIFACT_REFUSED, now, details), now.plus(SETTLING), Optional.of(text)));
    }

    /** Notes that an artifact is trusted; a refusal of it that is not written yet was a file still being copied. */
    synchronized void accepted(String artifact, boolean first, Map<String, String> details) {
        Instant now = clock.instant();
        Waiting refusal = waiting.get(artifact);
        if (refusal != null && refusal.due().isAfter(now)) {
            waiting.remove(artifact);
        }
        known.keySet().removeIf(key -> key.startsWith(artifact + " "));
        if (first) {
            keep(
                    artifact + " " + details,
                    new Waiting(leaf(Leaf.Act.ARTIFACT_ACCEPTED, now, details), now, Optional.empty()));
        }
    }

    /** Notes that a key which signed something active is no longer trusted; tells what its leaf is called. */
    synchronized String lapsed(String key, long artifacts) {
        Instant now = clock.instant();
        Map<String, String> details = Map.of("key", key, "artifacts", String.valueOf(artifacts));
        String name = "key " + key + now;
        keep(name, new Waiting(leaf(Leaf.Act.DEPLOY_KEY_LAPSED, now, details), now, Optional.empty()));
        return name;
    }

    /** Whether a leaf is not in the audit record yet. */
    synchronized boolean waits(String name) {
        return waiting.containsKey(name);
    }

    private static Leaf leaf(Leaf.Act act, Instant at, Map<String, String> details) {
        return new Leaf(PLATFORM, at, act, "deploy", Optional.empty(), List.of(), details);
    }

    private void keep(String key, Waiting leaf) {
        if (waiting.size() >= MOST_WAITING) {
            lost++;
            waiting.remove(waiting.keySet().iterator().next());
        }
        waiting.put(key, leaf);
    }

    /** Writes every leaf that is due by {@code now}, as far as the audit record is running. */
    void write(Instant now) {
        Map<String, Waiting> due = new LinkedHashMap<>();
        synchronized (this) {
            waiting.forEach((key, each) -> {
                if (!each.due().isAfter(now)) {
                    due.put(key, each);
                }
            });
            due.keySet().forEach(key -> waiting.computeIfPresent(key, (k, each) -> each.told()));
            if (lost > 0) {
                LOG.error("The audit record has been away for too long: {} refusals are only in the log", lost);
                lost = 0;
            }
        }
        due.values().forEach(each -> each.text().ifPresent(text -> LOG.warn("Refused: {}", text)));
        Optional<AuditLog> log = audit.get();
        Optional<Transactions> transaction = transactions.get();
        if (due.isEmpty() || log.isEmpty() || transaction.isEmpty()) {
            return;
        }
        try {
            transaction.get().required(() -> due.values()
                    .forEach(each -> log.get().append(each.leaf())));
        } catch (RuntimeException e) {
            // The edge: the services may stop at any time. What was not written is tried again.
            LOG.debug("{} leaves wait: {}", due.size(), e.getClass().getSimpleName());
            return;
        }
        synchronized (this) {
            due.forEach((key, each) -> waiting.remove(key, each.told()));
        }
    }
}
