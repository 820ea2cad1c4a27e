package org.pledge.rights.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records refused sign-ins as counts, so that whoever tries many names does not make the record grow: a tenant's first
 * one at once, and those that follow together, every ten minutes.
 */
@Component(service = RefusedSignIns.class)
public final class RefusedSignIns {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedSignIns.class);
    private static final Duration EACH = Duration.ofMinutes(10);

    private final Clockwork clockwork;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Map<TenantId, Integer> waiting = new HashMap<>();
    private final Map<TenantId, Instant> recorded = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "pledge-rights-sign-ins");
        thread.setDaemon(true);
        return thread;
    });

    /** Looks every minute. */
    @Activate
    public RefusedSignIns(
            @Reference Clockwork clockwork, @Reference AuditLog audit, @Reference Transactions transactions) {
        this(clockwork, transactions, audit);
        timer.scheduleWithFixedDelay(this::record, 1, 1, TimeUnit.MINUTES);
    }

    RefusedSignIns(Clockwork clockwork, Transactions transactions, AuditLog audit) {
        this.clockwork = clockwork;
        this.audit = audit;
        this.transactions = transactions;
    }

    /** What still waits is recorded now. */
    @Deactivate
    synchronized void stop() {
        timer.shutdown();
        recorded.clear();
        record();
    }

    /** Counts one more. */
    synchronized void add(TenantId tenant) {
        waiting.merge(tenant, 1, Integer::sum);
        record(tenant);
    }

    /** The edge of a thread of our own: what fails now waits for the next time. */
    synchronized void record() {
        for (TenantId tenant : Set.copyOf(waiting.keySet())) {
            try {
                record(tenant);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn(
                        "Refused sign-ins of {} could not be recorded ({}); this is tried again in a minute.",
                        tenant,
                        e.getClass().getName());
            }
        }
    }

    private void record(TenantId tenant) {
        Instant now = clockwork.now();
        Instant last = recorded.get(tenant);
        if (last != null && !now.isBefore(last) && now.isBefore(last.plus(EACH))) {
            return;
        }
        Leaf leaf = new Leaf(
                tenant,
                now,
                Act.SIGN_IN_REFUSED,
                DefaultSelfService.ACTOR,
                Optional.empty(),
                List.of(),
                Map.of("tries", waiting.get(tenant).toString()));
        transactions.required(() -> audit.append(leaf));
        waiting.remove(tenant);
        recorded.put(tenant, now);
    }
}
