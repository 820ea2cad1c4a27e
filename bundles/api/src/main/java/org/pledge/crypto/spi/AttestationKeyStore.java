package org.pledge.crypto.spi;

import java.time.Instant;
import java.util.List;
import org.pledge.TenantId;

/** Keeps the keys that sign statements, the private ones wrapped. Every method joins the current transaction. */
public interface AttestationKeyStore {
    /**
     * A key of a tenant.
     *
     * @param kid RFC 7638 thumbprint
     * @param publicKey 32 bytes
     * @param wrapped AES-KWP output (RFC 5649)
     */
    record StoredKey(TenantId tenant, String kid, byte[] publicKey, byte[] wrapped, Instant created) {
        @Override
        public String toString() {
            return "StoredKey[" + kid + "]";
        }
    }

    /** Adds a key; it is never changed or removed. */
    void addAttestationKey(StoredKey key);

    /** A tenant's keys, the newest first. */
    List<StoredKey> attestationKeys(TenantId tenant);
}
