package org.pledge.dsr.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** A service that may come and go: each use asks for it anew, and is refused while it is away. */
final class Live<T> implements AutoCloseable {
    private final String part;
    private final Supplier<Optional<T>> lookup;
    private final Runnable close;

    Live(String part, Supplier<Optional<T>> lookup, Runnable close) {
        this.part = part;
        this.lookup = lookup;
        this.close = close;
    }

    static <T> Live<T> track(BundleContext context, String part, Class<T> type) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        return new Live<>(part, () -> Optional.ofNullable(tracker.getService()), tracker::close);
    }

    T get() {
        return lookup.get().orElseThrow(() -> new PledgeException(
                        Kind.UNAVAILABLE, "the part '" + part + "' is stopped; nothing was done")
                .remedy("Retry in a moment; if it stays so, ask the operator to start that part."));
    }

    @Override
    public void close() {
        close.run();
    }
}
