package org.pledge.store.memory;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.PassStore;

/** Links and passes in the maps of {@link Tables}. */
interface MemoryPasses extends PassStore {
    /** Where it is kept. */
    Tables tables();

    private static Tables.Key<String> key(TenantId tenant, byte[] token) {
        return new Tables.Key<>(tenant, HexFormat.of().formatHex(token));
    }

    @Override
    default void addPass(Pass pass, Instant now) {
        List.copyOf(tables().passes.values()).stream()
                .filter(one ->
                        one.tenant().equals(pass.tenant()) && one.expires().isBefore(now))
                .forEach(one -> removePass(one.tenant(), one.token()));
        tables().put(tables().passes, key(pass.tenant(), pass.token()), pass);
    }

    @Override
    default Optional<Pass> pass(TenantId tenant, byte[] token) {
        return tables().get(tables().passes, key(tenant, token));
    }

    @Override
    default boolean removePass(TenantId tenant, byte[] token) {
        return tables().remove(tables().passes, key(tenant, token));
    }

    @Override
    default void removePasses(TenantId tenant, SubjectId person) {
        tables().all(tables().passes)
                .filter(one -> one.tenant().equals(tenant) && one.person().equals(person))
                .toList()
                .forEach(one -> removePass(one.tenant(), one.token()));
    }

    @Override
    default int links(TenantId tenant, SubjectId person, Instant now) {
        return (int) tables().all(tables().passes)
                .filter(one -> one.tenant().equals(tenant)
                        && one.link()
                        && one.person().equals(person))
                .filter(one -> now.isBefore(one.expires()))
                .count();
    }
}
