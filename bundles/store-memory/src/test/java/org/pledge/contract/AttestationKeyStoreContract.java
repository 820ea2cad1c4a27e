package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.crypto.spi.AttestationKeyStore;
import org.pledge.crypto.spi.AttestationKeyStore.StoredKey;

/** What a store of keys that sign statements promises. */
public abstract class AttestationKeyStoreContract extends StoreContract {
    private static final Instant MADE = Instant.parse("2026-11-22T10:00:00.123456Z");

    /** The store under test. */
    protected abstract AttestationKeyStore keys();

    private static StoredKey key(TenantId tenant, String kid, int fill, Instant created) {
        return new StoredKey(tenant, kid, bytes(32, fill), bytes(56, fill + 1), created);
    }

    @Test
    void keepsATenantsKeysTheNewestFirst() {
        run(() -> keys().addAttestationKey(key(tenant, "a", 1, MADE)));
        run(() -> keys().addAttestationKey(key(tenant, "b", 3, MADE.plusSeconds(1))));
        run(() -> keys().addAttestationKey(key(otherTenant, "a", 5, MADE)));
        List<StoredKey> found = in(() -> keys().attestationKeys(tenant));
        assertThat(found).extracting(StoredKey::kid).containsExactly("b", "a");
        assertThat(found.get(1).publicKey()).isEqualTo(bytes(32, 1));
        assertThat(found.get(1).wrapped()).isEqualTo(bytes(56, 2));
        assertThat(found.get(1).created()).isEqualTo(MADE);
        assertThat(found.get(1).tenant()).isEqualTo(tenant);
    }

    @Test
    void replacesNoKey() {
        run(() -> keys().addAttestationKey(key(tenant, "a", 1, MADE)));
        assertThatThrownBy(() -> run(() -> keys().addAttestationKey(key(tenant, "a", 7, MADE))))
                .isInstanceOf(RuntimeException.class);
        assertThat(in(() -> keys().attestationKeys(tenant)).get(0).publicKey()).isEqualTo(bytes(32, 1));
    }
}
