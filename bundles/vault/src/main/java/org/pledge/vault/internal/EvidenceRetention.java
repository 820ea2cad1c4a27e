package org.pledge.vault.internal;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.crypto.CardSealer;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.spi.VaultStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Erases evidence that was kept long enough, also while the vault is sealed. */
@Component(
        immediate = true,
        service = {})
public final class EvidenceRetention {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceRetention.class);
    private static final int AT_ONCE = 20;
    private static final long EVERY_MINUTES = 60;

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final Clock clock;
    private final Erasure erasure;
    private final ScheduledExecutorService timer;

    /** In the container. */
    @Activate
    public EvidenceRetention(
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference CardSealer sealer,
            @Reference AuditRelay relay) {
        this(transactions, store, sealer, relay::wake, Clock.systemUTC());
        timer.scheduleWithFixedDelay(this::tryRun, 1, EVERY_MINUTES, TimeUnit.MINUTES);
    }

    EvidenceRetention(VaultTransactions transactions, VaultStore store, CardSealer sealer, Runnable wake, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.clock = clock;
        this.erasure = new Erasure(store, sealer, new Acts(transactions, store, wake, clock));
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-vault-evidence");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does not interrupt what runs, because that could close the database's files. */
    @Deactivate
    void stop() {
        timer.shutdown();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            while (run() > 0) {
                // more may be due
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Evidence that was kept long enough could not be erased ({}); this is tried again.",
                    e.getClass().getName());
        }
    }

    /** Erases some of what is due; returns how many pieces these were. */
    int run() {
        return transactions.required(() -> {
            List<Evidence> due = store.evidenceUntil(clock.instant(), AT_ONCE);
            due.forEach(each -> erasure.erase(Caller.system(each.tenant()), List.of(each)));
            return due.size();
        });
    }
}
