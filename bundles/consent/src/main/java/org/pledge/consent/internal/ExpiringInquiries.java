package org.pledge.consent.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.inquiry.spi.InquiryStore;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;

/** Removes inquiries that were closed two years ago; open ones stay. */
@Component
public final class ExpiringInquiries implements Expiring {
    static final String INQUIRIES = "inquiry";
    private static final String PERIOD = "P24M";

    private final InquiryStore store;

    /** Removes them from the platform's store. */
    @Activate
    public ExpiringInquiries(@Reference InquiryStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "inquiries";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return false;
    }

    @Override
    public Map<String, String> records() {
        return Map.of(INQUIRIES, PERIOD);
    }

    @Override
    public long count(Due due) {
        return store.countClosed(due.tenant(), due.before());
    }

    @Override
    public int remove(Due due, int limit) {
        return store.removeClosed(due.tenant(), due.before(), limit);
    }
}
