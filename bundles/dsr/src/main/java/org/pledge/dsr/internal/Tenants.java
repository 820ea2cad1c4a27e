package org.pledge.dsr.internal;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.pledge.TenantId;

/** What the tenants offer, found by the name in a path. */
record Tenants(Map<TenantId, Settings> all) {
    /** A tenant's settings with one part of them. */
    record Offered<T>(Settings tenant, T part) {}

    /** What is not offered and what does not exist is told alike. */
    <T> Offered<T> offered(String name, Function<Settings, Optional<T>> part) {
        return all.values().stream()
                .filter(settings -> settings.tenant().value().equals(name))
                .findFirst()
                .flatMap(settings -> part.apply(settings).map(it -> new Offered<>(settings, it)))
                .orElseThrow(Refusal::notFound);
    }
}
