package org.pledge.backup.internal;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** Key agreement of RFC 7748 over bytes. */
final class X25519 {
    static final int BYTES = 32;
    private static final byte[] BASE = new byte[BYTES];

    static {
        BASE[0] = 9;
    }

    private X25519() {}

    static byte[] newPrivate() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    static byte[] publicOf(byte[] key) {
        return agree(key, BASE);
    }

    /** @throws SecurityException for a point that gives no secret */
    static byte[] agree(byte[] key, byte[] publicKey) {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            PrivateKey ours = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, key));
            PublicKey theirs = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(publicKey)));
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(ours);
            agreement.doPhase(theirs, true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            throw new SecurityException("not a key of X25519", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks X25519", e);
        }
    }

    /** Little-endian, and without the highest bit. */
    private static BigInteger number(byte[] point) {
        byte[] turned = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            turned[i] = point[BYTES - 1 - i];
        }
        turned[0] &= 0x7f;
        BigInteger number = new BigInteger(1, turned);
        Arrays.fill(turned, (byte) 0);
        return number;
    }
}
