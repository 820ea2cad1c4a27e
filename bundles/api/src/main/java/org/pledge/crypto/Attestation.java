package org.pledge.crypto;

import java.util.List;
import org.pledge.TenantId;

/**
 * Signs statements that strangers verify without us, as compact JWS (RFC 7515) with Ed25519 (RFC 8037).
 *
 * <p>A tenant's key is made when it first signs, and is kept as long as what it signed has to be verified: it outlives
 * everything that it speaks about, and no statement holds personal data. Thread-safe.
 */
public interface Attestation {
    /**
     * A public key.
     *
     * @param kid RFC 7638 thumbprint, as {@link #sign} names it in the header
     * @param x the key, 32 bytes
     */
    record PublicKey(String kid, byte[] x) {}

    /**
     * Signs a statement. Joins the current transaction.
     *
     * @param type what the header's {@code typ} says, such as {@code pledge-erasure+jws}
     * @param json the statement, in UTF-8
     */
    String sign(TenantId tenant, String type, byte[] json);

    /** The keys that verify what was ever signed for a tenant, the newest first. */
    List<PublicKey> keys(TenantId tenant);
}
