package org.pledge.crypto.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** Key agreement on X25519 (RFC 7748) over numbers of 32 bytes, little end first. */
final class X25519 {
    static final int BYTES = 32;
    private static final String NAME = "X25519";

    private X25519() {}

    static KeyPairBytes make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(NAME).generateKeyPair();
            byte[] scalar = ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
            return new KeyPairBytes(bytes(((XECPublicKey) pair.getPublic()).getU()), SecretBytes.of(scalar));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime makes no X25519 keys", e);
        }
    }

    private static byte[] bytes(BigInteger number) {
        byte[] big = number.toByteArray(); // with a sign, or shorter
        byte[] little = new byte[BYTES];
        for (int i = 0; i < Math.min(big.length, BYTES); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    /** Without the topmost bit, as section 5 has it. */
    private static BigInteger number(byte[] little) {
        byte[] big = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            big[i] = little[BYTES - 1 - i];
        }
        big[0] &= 0x7f;
        return new BigInteger(1, big);
    }

    /**
     * The shared secret, 32 bytes that the caller wipes; empty for what is no number of 32 bytes, and for a point of low
     * order, with which everybody agrees on zero (section 6.1).
     */
    static Optional<byte[]> agree(SecretBytes secret, byte[] other) {
        if (other.length != BYTES) {
            return Optional.empty();
        }
        byte[] scalar = secret.getEncoded();
        try {
            KeyFactory keys = KeyFactory.getInstance(NAME);
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(other))), true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeyException e) { // Java refuses a secret of zeros
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("X25519 refused to agree", e);
        } finally {
            SecretBytes.wipe(scalar);
        }
    }

    /** The thumbprint of the public key as a JWK (RFC 7638, RFC 8037). */
    static String thumbprint(byte[] open) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String jwk = "{\"crv\":\"X25519\",\"kty\":\"OKP\",\"x\":\"" + base64.encodeToString(open) + "\"}";
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return base64.encodeToString(digest.digest(jwk.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
