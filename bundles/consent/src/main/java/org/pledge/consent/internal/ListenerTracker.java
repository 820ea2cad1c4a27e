package org.pledge.consent.internal;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.consent.WithdrawalListener;

/** The withdrawal listeners that are services at the moment, obtained when they are asked for: one may need us to start. */
final class ListenerTracker implements Supplier<List<WithdrawalListener>> {
    private final BundleContext context;
    private final ServiceTracker<WithdrawalListener, ServiceReference<WithdrawalListener>> tracker;

    ListenerTracker(BundleContext context) {
        this.context = context;
        this.tracker = new ServiceTracker<>(context, WithdrawalListener.class, null) {
            @Override
            public ServiceReference<WithdrawalListener> addingService(ServiceReference<WithdrawalListener> reference) {
                return reference;
            }

            @Override
            public void removedService(
                    ServiceReference<WithdrawalListener> reference, ServiceReference<WithdrawalListener> same) {
                // nothing was obtained when it came
            }
        };
        tracker.open();
    }

    @Override
    public List<WithdrawalListener> get() {
        ServiceReference<?>[] present =
                Objects.requireNonNullElse(tracker.getServiceReferences(), new ServiceReference<?>[0]);
        return Stream.of(present)
                .map(context::getService)
                .filter(Objects::nonNull)
                .map(WithdrawalListener.class::cast)
                .toList();
    }

    void close() {
        tracker.close();
    }
}
