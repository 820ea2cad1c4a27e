package org.pledge.subject.internal;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.subject.CorrectionListener;

/** The correction listeners that are services at the moment. */
final class ListenerTracker implements Supplier<List<CorrectionListener>> {
    private final ServiceTracker<CorrectionListener, CorrectionListener> tracker;

    ListenerTracker(BundleContext context) {
        tracker = new ServiceTracker<>(context, CorrectionListener.class, null);
        tracker.open();
    }

    @Override
    public List<CorrectionListener> get() {
        return List.copyOf(tracker.getTracked().values());
    }

    void close() {
        tracker.close();
    }
}
