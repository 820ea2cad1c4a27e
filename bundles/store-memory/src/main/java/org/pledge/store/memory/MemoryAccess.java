package org.pledge.store.memory;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.access.spi.AccessStore;

/** Credentials and idempotency keys in the maps of {@link Tables}. */
interface MemoryAccess extends AccessStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void put(StoredCredential credential) {
        tables().put(
                        tables().credentials,
                        new Tables.Key<>(
                                credential.credential().tenant(),
                                credential.credential().name()),
                        new StoredCredential(
                                credential.credential(), credential.tokenHash().clone()));
    }

    @Override
    default boolean remove(TenantId tenant, String name) {
        return tables().remove(tables().credentials, new Tables.Key<>(tenant, name));
    }

    @Override
    default List<StoredCredential> credentials() {
        return tables().all(tables().credentials)
                .map(stored -> new StoredCredential(
                        stored.credential(), stored.tokenHash().clone()))
                .toList();
    }

    @Override
    default Optional<Done> done(TenantId tenant, byte[] keyHash) {
        return tables().get(tables().done, doneKey(tenant, keyHash))
                .map(stored -> new Done(stored.requestDigest().clone(), stored.resource()));
    }

    @Override
    default void putDone(TenantId tenant, byte[] keyHash, Done made, Instant at) {
        if (!tables().putIfAbsent(
                        tables().done,
                        doneKey(tenant, keyHash),
                        new Done(made.requestDigest().clone(), made.resource()))) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the idempotency key was used meanwhile");
        }
        tables().put(tables().doneAt, doneKey(tenant, keyHash), at);
    }

    private Stream<Tables.Key<List<Byte>>> doneBefore(TenantId tenant, Instant before) {
        tables().unit();
        return List.copyOf(tables().doneAt.entrySet()).stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant)
                        && !entry.getValue().isAfter(before))
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    @Override
    default long countDone(TenantId tenant, Instant before) {
        return doneBefore(tenant, before).count();
    }

    @Override
    default int forgetDone(TenantId tenant, Instant before, int limit) {
        List<Tables.Key<List<Byte>>> old =
                doneBefore(tenant, before).limit(limit).toList();
        old.forEach(key -> {
            tables().remove(tables().done, key);
            tables().remove(tables().doneAt, key);
        });
        return old.size();
    }

    private static Tables.Key<List<Byte>> doneKey(TenantId tenant, byte[] keyHash) {
        Byte[] boxed = new Byte[keyHash.length];
        Arrays.setAll(boxed, i -> keyHash[i]);
        return new Tables.Key<>(tenant, List.of(boxed));
    }
}
