package org.pledge.subject.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;

/** Hashes without a key. */
final class FakeTokens implements LookupTokens {
    @Override
    public byte[] token(TenantId tenant, String use, byte[] value) {
        return platformToken(tenant + " " + use, value);
    }

    @Override
    public byte[] platformToken(String use, byte[] value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((use + "|").getBytes(StandardCharsets.UTF_8));
            return digest.digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
