package org.pledge.crypto;

import org.pledge.TenantId;

/** Keyed hashes that find equal values without storing them. Thread-safe. */
public interface LookupTokens {
    /**
     * HMAC-SHA-256 (RFC 2104) of {@code value} under a key of the tenant and this use of it.
     *
     * @param use what the token is for, such as {@code credential}; tokens of different uses never match
     * @return 32 bytes
     */
    byte[] token(TenantId tenant, String use, byte[] value);

    /** As {@link #token} under a key of the platform, where the tenant is not known yet. */
    byte[] platformToken(String use, byte[] value);
}
