package org.pledge.store.memory;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.rights.spi.ExternalRequestStore;

/** Messages of other systems in the maps of {@link Tables}. */
interface MemoryExternalRequests extends ExternalRequestStore {
    /** Where it is kept. */
    Tables tables();

    private static Tables.Key<ByteBuffer> key(TenantId tenant, byte[] token) {
        return new Tables.Key<>(tenant, ByteBuffer.wrap(token.clone()));
    }

    @Override
    default boolean putExternal(ExternalRequest external) {
        return tables().putIfAbsent(tables().external, key(external.tenant(), external.token()), external);
    }

    @Override
    default Optional<ExternalRequest> external(TenantId tenant, byte[] token) {
        return tables().get(tables().external, key(tenant, token));
    }

    @Override
    default Optional<ExternalRequest> externalOf(TenantId tenant, UUID request) {
        return tables().all(tables().external)
                .filter(one -> one.tenant().equals(tenant) && one.request().equals(Optional.of(request)))
                .findFirst();
    }
}
