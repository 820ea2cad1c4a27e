package org.pledge.store.memory;

import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.access.spi.SecondFactorStore;

/** Second factors in the maps of {@link Tables}. */
interface MemorySecondFactors extends SecondFactorStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default Optional<StoredFactor> lockFactor(TenantId tenant, String holder) {
        return tables().get(tables().factors, new Tables.Key<>(tenant, holder)).map(MemorySecondFactors::copy);
    }

    @Override
    default void putFactor(StoredFactor factor) {
        tables().put(tables().factors, new Tables.Key<>(factor.tenant(), factor.holder()), copy(factor));
    }

    @Override
    default boolean removeFactor(TenantId tenant, String holder) {
        return tables().remove(tables().factors, new Tables.Key<>(tenant, holder));
    }

    private static StoredFactor copy(StoredFactor factor) {
        return new StoredFactor(
                factor.tenant(),
                factor.holder(),
                factor.key(),
                factor.secret().clone(),
                factor.enrolled(),
                factor.confirmed(),
                factor.lastStep(),
                factor.wrong(),
                factor.lockedUntil());
    }
}
