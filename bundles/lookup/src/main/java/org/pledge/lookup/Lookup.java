package org.pledge.lookup;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows services without obtaining them: each is obtained when it is used, and again until that succeeds. */
public class Lookup<T> extends ServiceTracker<T, Lookup.Late<T>> implements Supplier<List<T>> {
    private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);
    private static final int AGAIN_SECONDS = 2;

    /** Follows nothing until it is opened. */
    public Lookup(BundleContext bundles, Class<T> type) {
        super(bundles, type, null);
    }

    /** Follows the services of this type from now on. */
    public static <T> Lookup<T> opened(BundleContext bundles, Class<T> type) {
        Lookup<T> lookup = new Lookup<>(bundles, type);
        lookup.open();
        return lookup;
    }

    /** All services that can be had now, the best first. */
    @Override
    public List<T> get() {
        return services().toList();
    }

    /** The best service that can be had now. */
    public Optional<T> now() {
        return services().findFirst();
    }

    private Stream<T> services() {
        return getTracked().values().stream().flatMap(late -> late.service().stream());
    }

    @Override
    public Late<T> addingService(ServiceReference<T> reference) {
        return new Late<>(context, reference);
    }

    @Override
    public void removedService(ServiceReference<T> reference, Late<T> late) {
        late.leave();
        late.release();
    }

    /** A service that another component may be starting: who asks for it during its own start could wait in a ring. */
    public static final class Late<T> {
        private final BundleContext bundles;
        private final ServiceReference<T> reference;
        private final AtomicReference<T> held = new AtomicReference<>();
        private final AtomicBoolean gone = new AtomicBoolean();

        private Late(BundleContext bundles, ServiceReference<T> reference) {
            this.bundles = bundles;
            this.reference = reference;
        }

        /** Whether the service has gone. */
        public boolean gone() {
            return gone.get();
        }

        /** The service; empty when it cannot be had now or has gone. */
        public Optional<T> service() {
            if (held.get() == null && !gone()) {
                T found = obtained();
                if (found != null && !held.compareAndSet(null, found)) {
                    bundles.ungetService(reference);
                }
                if (gone()) {
                    release();
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

        /** From now on there is no such service; says which it was where one was held. */
        public Optional<T> leave() {
            gone.set(true);
            return Optional.ofNullable(held.get());
        }

        /** Gives the service back where one is held. */
        public void release() {
            if (held.getAndSet(null) != null) {
                bundles.ungetService(reference);
            }
        }

        /** Has the service used on the executor's thread as soon as it can be had, unless it goes before that. */
        public void use(ScheduledExecutorService thread, Consumer<T> use) {
            try {
                thread.execute(() -> attempt(thread, use));
            } catch (RejectedExecutionException e) {
                LOG.debug("Who asked is being stopped");
            }
        }

        private void attempt(ScheduledExecutorService thread, Consumer<T> use) {
            try {
                Optional<T> found = service();
                if (found.isPresent()) {
                    use.accept(found.get());
                } else if (!gone()) {
                    thread.schedule(() -> use(thread, use), AGAIN_SECONDS, TimeUnit.SECONDS);
                }
            } catch (RejectedExecutionException e) {
                LOG.debug("Who asked is being stopped");
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("A service could not be taken up: {}", e.getClass().getSimpleName());
            }
        }
    }
}
