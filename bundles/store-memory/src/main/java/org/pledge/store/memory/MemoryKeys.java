package org.pledge.store.memory;

import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.spi.WrappedKeyStore;

/** Wrapped keys in the maps of {@link Tables}. */
interface MemoryKeys extends WrappedKeyStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default Optional<WrappedKey> subjectKey(TenantId tenant, SubjectId subject) {
        return tables().get(tables().subjectKeys, new Tables.Key<>(tenant, subject))
                .map(MemoryKeys::copy);
    }

    @Override
    default boolean putSubjectKey(TenantId tenant, SubjectId subject, WrappedKey key) {
        return tables().putIfAbsent(tables().subjectKeys, new Tables.Key<>(tenant, subject), copy(key));
    }

    @Override
    default void removeSubjectKey(TenantId tenant, SubjectId subject) {
        tables().remove(tables().subjectKeys, new Tables.Key<>(tenant, subject));
    }

    @Override
    default Optional<byte[]> epochKey(String epoch) {
        return tables().get(tables().epochKeys, epoch).map(byte[]::clone);
    }

    @Override
    default boolean putEpochKey(String epoch, byte[] wrapped) {
        return tables().putIfAbsent(tables().epochKeys, epoch, wrapped.clone());
    }

    private static WrappedKey copy(WrappedKey key) {
        return new WrappedKey(key.epoch(), key.wrapped().clone());
    }
}
