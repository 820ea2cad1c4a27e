package org.pledge.subject.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets people be found by their values who were there before that was possible, or before a policy changed. */
@Component(
        immediate = true,
        service = {})
public final class IdentifierIndexing {
    private static final Logger LOG = LoggerFactory.getLogger(IdentifierIndexing.class);

    private final IdentifierIndex index;
    private final PolicyService policies;
    private final Transactions transactions;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "pledge-subject-identifiers");
        thread.setDaemon(true);
        return thread;
    });

    /** Looks now and every minute. */
    @Activate
    public IdentifierIndexing(
            @Reference SubjectStore store,
            @Reference Sealer sealer,
            @Reference LookupTokens tokens,
            @Reference PolicyService policies,
            @Reference Transactions transactions) {
        this.index = new IdentifierIndex(store, new SealedFields(store, sealer), tokens);
        this.policies = policies;
        this.transactions = transactions;
        timer.scheduleWithFixedDelay(this::tryToComplete, 0, 1, TimeUnit.MINUTES);
    }

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    /** The edge of a thread of our own: what fails now goes on from there in a minute. */
    private void tryToComplete() {
        try {
            policies.policies().forEach(this::complete);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Nobody was made to be found by their values ({}); this is tried again in a minute.",
                    e.getClass().getName());
        }
    }

    private void complete(Policy policy) {
        try {
            boolean complete = transactions.required(() -> index.complete(policy));
            while (!complete && !Thread.currentThread().isInterrupted()) {
                complete = transactions.required(() -> index.advance(policy));
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "The people of {} cannot be found by their values yet ({}); this is tried again in a minute.",
                    policy.tenant(),
                    e.getClass().getName());
        }
    }
}
