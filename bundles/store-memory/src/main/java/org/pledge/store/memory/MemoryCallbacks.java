package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.pledge.TenantId;
import org.pledge.rights.spi.StatusCallbackStore;

/** Who is told of the status of requests, in the maps of {@link Tables}. */
interface MemoryCallbacks extends StatusCallbackStore {
    /** Where it is kept. */
    Tables tables();

    private static Tables.Key<List<Object>> key(StatusCallback callback) {
        return new Tables.Key<>(callback.tenant(), List.of(callback.request(), callback.partner()));
    }

    @Override
    default void addCallback(StatusCallback callback) {
        tables().putIfAbsent(tables().callbacks, key(callback), callback);
    }

    @Override
    default void putCallback(StatusCallback callback) {
        if (tables().get(tables().callbacks, key(callback)).isPresent()) {
            tables().put(tables().callbacks, key(callback), callback);
        }
    }

    @Override
    default void removeCallback(StatusCallback callback) {
        tables().remove(tables().callbacks, key(callback));
    }

    @Override
    default List<StatusCallback> lockDueCallbacks(TenantId tenant, Instant now, int limit) {
        return tables().all(tables().callbacks)
                .filter(one -> one.tenant().equals(tenant) && !one.due().isAfter(now))
                .sorted(Comparator.comparing(StatusCallback::due)
                        .thenComparing(StatusCallback::request)
                        .thenComparing(StatusCallback::partner))
                .limit(limit)
                .toList();
    }
}
