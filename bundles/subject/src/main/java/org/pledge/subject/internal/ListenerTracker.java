package org.pledge.subject.internal;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.subject.CorrectionListener;

/** The correction listeners that are services at the moment, obtained when they are asked for: one may need us to start. */
final class ListenerTracker implements Supplier<List<CorrectionListener>> {
    private final BundleContext context;
    private final ServiceTracker<CorrectionListener, ServiceReference<CorrectionListener>> tracker;

    ListenerTracker(BundleContext context) {
        this.context = context;
        this.tracker = new ServiceTracker<>(context, CorrectionListener.class, null) {
            @Override
            public ServiceReference<CorrectionListener> addingService(ServiceReference<CorrectionListener> reference) {
                return reference;
            }

            @Override
            public void removedService(
                    ServiceReference<CorrectionListener> reference, ServiceReference<CorrectionListener> same) {
                // nothing was obtained when it came
            }
        };
        tracker.open();
    }

    @Override
    public List<CorrectionListener> get() {
        ServiceReference<?>[] present =
                Objects.requireNonNullElse(tracker.getServiceReferences(), new ServiceReference<?>[0]);
        return Stream.of(present)
                .map(context::getService)
                .filter(Objects::nonNull)
                .map(CorrectionListener.class::cast)
                .toList();
    }

    void close() {
        tracker.close();
    }
}
