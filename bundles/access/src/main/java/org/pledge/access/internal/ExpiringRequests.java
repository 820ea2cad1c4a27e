package org.pledge.access.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.access.spi.AccessStore;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;

/** Forgets idempotency keys, long after anybody would still repeat the request. */
@Component
public final class ExpiringRequests implements Expiring {
    static final String KEYS = "idempotency-key";
    private static final String PERIOD = "P90D";

    private final AccessStore store;

    /** Forgets those of the platform's store. */
    @Activate
    public ExpiringRequests(@Reference AccessStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "requests";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return false;
    }

    @Override
    public Map<String, String> records() {
        return Map.of(KEYS, PERIOD);
    }

    @Override
    public long count(Due due) {
        return store.countDone(due.tenant(), due.before());
    }

    @Override
    public int remove(Due due, int limit) {
        return store.forgetDone(due.tenant(), due.before(), limit);
    }
}
