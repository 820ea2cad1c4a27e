package org.pledge.store.memory;

import java.util.Comparator;
import java.util.List;
import org.pledge.TenantId;
import org.pledge.crypto.spi.AttestationKeyStore;

/** Keys that sign statements, in the maps of {@link Tables}. */
interface MemoryAttestationKeys extends AttestationKeyStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void addAttestationKey(StoredKey key) {
        Tables.check(
                tables().putIfAbsent(tables().attestationKeys, new Tables.Key<>(key.tenant(), key.kid()), copy(key)),
                "the key exists");
    }

    @Override
    default List<StoredKey> attestationKeys(TenantId tenant) {
        return tables().all(tables().attestationKeys)
                .filter(key -> key.tenant().equals(tenant))
                .sorted(Comparator.comparing(StoredKey::created)
                        .thenComparing(StoredKey::kid)
                        .reversed())
                .map(MemoryAttestationKeys::copy)
                .toList();
    }

    private static StoredKey copy(StoredKey key) {
        return new StoredKey(
                key.tenant(), key.kid(), key.publicKey().clone(), key.wrapped().clone(), key.created());
    }
}
