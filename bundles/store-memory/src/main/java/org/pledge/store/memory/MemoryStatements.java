package org.pledge.store.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.rights.spi.StatementStore;

/** Signed statements in the maps of {@link Tables}. */
interface MemoryStatements extends StatementStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default boolean putStatement(TenantId tenant, Kind kind, UUID id, String jws, Instant created) {
        return tables().putIfAbsent(
                        tables().statements,
                        new Tables.Key<>(tenant, List.<Object>of(kind, id)),
                        new Tables.Signed(jws, created));
    }

    @Override
    default Optional<String> statement(TenantId tenant, Kind kind, UUID id) {
        return tables().get(tables().statements, new Tables.Key<>(tenant, List.<Object>of(kind, id)))
                .map(Tables.Signed::jws);
    }
}
