package org.pledge.sharing.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of a type that are there now, each obtained when it is used, and again until that succeeds. */
final class Lookup<T> implements Supplier<List<T>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);

    private final ServiceTracker<T, Late<T>> tracker;

    Lookup(BundleContext bundles, Class<T> type) {
        tracker = new ServiceTracker<>(bundles, type, null) {
            @Override
            public Late<T> addingService(ServiceReference<T> reference) {
                return new Late<>(bundles, reference);
            }

            @Override
            public void removedService(ServiceReference<T> reference, Late<T> late) {
                late.leave();
            }
        };
        tracker.open();
    }

    @Override
    public List<T> get() {
        return tracker.getTracked().values().stream()
                .flatMap(late -> late.service().stream())
                .toList();
    }

    @Override
    public void close() {
        tracker.close();
    }

    /** A service that another component may be starting: who asks for it during its own start could wait in a ring. */
    private static final class Late<T> {
        private final BundleContext bundles;
        private final ServiceReference<T> reference;
        private final AtomicReference<T> held = new AtomicReference<>();
        private final AtomicBoolean gone = new AtomicBoolean();

        Late(BundleContext bundles, ServiceReference<T> reference) {
            this.bundles = bundles;
            this.reference = reference;
        }

        Optional<T> service() {
            if (held.get() == null && !gone.get()) {
                T found = obtained();
                if (found != null && !held.compareAndSet(null, found)) {
                    bundles.ungetService(reference);
                }
                if (gone.get()) {
                    leave();
                }
            }
            return Optional.ofNullable(held.get());
        }

        /** The container fails or gives null where it would have to wait for a component that is being started. */
        private T obtained() {
            try {
                return bundles.getService(reference);
            } catch (ServiceException | IllegalStateException e) {
                LOG.debug("A service cannot be had now: {}", e.getClass().getSimpleName());
                return null;
            }
        }

        void leave() {
            gone.set(true);
            if (held.getAndSet(null) != null) {
                bundles.ungetService(reference);
            }
        }
    }
}
