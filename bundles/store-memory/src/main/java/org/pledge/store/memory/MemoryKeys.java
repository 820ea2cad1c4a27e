package org.pledge.store.memory;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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

    @Override
    default List<SubjectKey> subjectKeysOutside(String epoch, Optional<SubjectKey> after, int limit) {
        tables().unit();
        Comparator<SubjectKey> order = Comparator.comparing(
                        (SubjectKey each) -> each.tenant().value())
                .thenComparing(each -> each.subject().toUuid(), Tables.AS_BYTES);
        return tables().subjectKeys.entrySet().stream()
                .filter(entry -> !entry.getValue().epoch().equals(epoch))
                .map(entry ->
                        new SubjectKey(entry.getKey().tenant(), entry.getKey().id(), copy(entry.getValue())))
                .filter(each -> after.isEmpty() || order.compare(each, after.get()) > 0)
                .sorted(order)
                .limit(limit)
                .toList();
    }

    @Override
    default int rewrap(List<Rewrapped> keys) {
        int done = 0;
        for (Rewrapped each : keys) {
            Tables.Key<SubjectId> owner =
                    new Tables.Key<>(each.before().tenant(), each.before().subject());
            WrappedKey before = each.before().key();
            boolean there = tables().get(tables().subjectKeys, owner)
                    .filter(key -> key.epoch().equals(before.epoch()) && Arrays.equals(key.wrapped(), before.wrapped()))
                    .isPresent();
            if (there) {
                tables().put(tables().subjectKeys, owner, copy(each.after()));
                done++;
            }
        }
        return done;
    }

    @Override
    default Map<String, Long> subjectKeysByEpoch() {
        return tables().all(tables().subjectKeys)
                .collect(Collectors.groupingBy(WrappedKey::epoch, Collectors.counting()));
    }

    @Override
    default List<String> epochsWithKeys() {
        tables().unit();
        return tables().epochKeys.keySet().stream().sorted().toList();
    }

    @Override
    default void removeEpochKey(String epoch) {
        tables().remove(tables().epochKeys, epoch);
    }

    private static WrappedKey copy(WrappedKey key) {
        return new WrappedKey(key.epoch(), key.wrapped().clone());
    }
}
