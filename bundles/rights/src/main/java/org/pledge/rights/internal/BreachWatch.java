package org.pledge.rights.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records each breach of which the authority was not notified in time, and says so in the log. */
@Component(
        immediate = true,
        service = {})
public final class BreachWatch {
    private static final Logger LOG = LoggerFactory.getLogger(BreachWatch.class);

    private final DefaultBreachService breaches;
    private final PolicyService policies;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "pledge-rights-breaches");
        thread.setDaemon(true);
        return thread;
    });

    /** Looks every minute. */
    @Activate
    public BreachWatch(@Reference DefaultBreachService breaches, @Reference PolicyService policies) {
        this.breaches = breaches;
        this.policies = policies;
        timer.scheduleWithFixedDelay(this::tryToLook, 1, 1, TimeUnit.MINUTES);
    }

    @Deactivate
    void stop() {
        timer.shutdown();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryToLook() {
        try {
            policies.policies().forEach(policy -> look(policy.tenant()));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Breaches could not be looked at ({}); this is tried again in a minute.",
                    e.getClass().getName());
        }
    }

    private void look(TenantId tenant) {
        try {
            breaches.escalate(Caller.system(tenant))
                    .forEach(breach -> LOG.error(
                            "The authority should have been notified of breach {} by {}; see rights:breaches.",
                            breach.id(),
                            breach.notifyBy()));
        } catch (RuntimeException e) {
            LOG.warn(
                    "Breaches of {} could not be looked at ({}); this is tried again in a minute.",
                    tenant,
                    e.getClass().getName());
        }
    }
}
