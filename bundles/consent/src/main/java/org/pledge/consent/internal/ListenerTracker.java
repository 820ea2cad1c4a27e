package org.pledge.consent.internal;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.consent.WithdrawalListener;

/** The withdrawal listeners that are services at the moment. */
final class ListenerTracker implements Supplier<List<WithdrawalListener>> {
    private final ServiceTracker<WithdrawalListener, WithdrawalListener> tracker;

    ListenerTracker(BundleContext context) {
        tracker = new ServiceTracker<>(context, WithdrawalListener.class, null);
        tracker.open();
    }

    @Override
    public List<WithdrawalListener> get() {
        return List.copyOf(tracker.getTracked().values());
    }

    void close() {
        tracker.close();
    }
}
