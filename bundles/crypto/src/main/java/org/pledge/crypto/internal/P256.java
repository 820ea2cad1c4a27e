package org.pledge.crypto.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** Key agreement on P-256 (NIST SP 800-56A, ECC CDH) over coordinates of 32 bytes. */
final class P256 {
    static final int BYTES = 32;
    private static final byte UNCOMPRESSED = 4;

    private final ECParameterSpec curve;
    private final BigInteger field;

    P256() {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec("secp256r1"));
            this.curve = named.getParameterSpec(ECParameterSpec.class);
            this.field = ((ECFieldFp) curve.getCurve().getField()).getP();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks P-256", e);
        }
    }

    KeyPairBytes make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(curve);
            KeyPair pair = generator.generateKeyPair();
            ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
            byte[] open = new byte[1 + 2 * BYTES];
            open[0] = UNCOMPRESSED;
            System.arraycopy(fixed(point.getAffineX()), 0, open, 1, BYTES);
            System.arraycopy(fixed(point.getAffineY()), 0, open, 1 + BYTES, BYTES);
            return new KeyPairBytes(open, SecretBytes.of(fixed(((ECPrivateKey) pair.getPrivate()).getS())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime makes no P-256 keys", e);
        }
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray(); // with a sign, or shorter
        byte[] result = new byte[BYTES];
        int length = Math.min(bytes.length, BYTES);
        System.arraycopy(bytes, bytes.length - length, result, BYTES - length, length);
        SecretBytes.wipe(bytes);
        return result;
    }

    static byte[] x(byte[] open) {
        return Arrays.copyOfRange(open, 1, 1 + BYTES);
    }

    static byte[] y(byte[] open) {
        return Arrays.copyOfRange(open, 1 + BYTES, 1 + 2 * BYTES);
    }

    /** The point, when it is on the curve and not the point at infinity. */
    Optional<ECPoint> point(byte[] x, byte[] y) {
        if (x.length != BYTES || y.length != BYTES) {
            return Optional.empty();
        }
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        BigInteger left = point.getAffineY().pow(2).mod(field);
        BigInteger right = point.getAffineX()
                .pow(3)
                .add(curve.getCurve().getA().multiply(point.getAffineX()))
                .add(curve.getCurve().getB())
                .mod(field);
        boolean reduced =
                point.getAffineX().compareTo(field) < 0 && point.getAffineY().compareTo(field) < 0;
        return reduced && left.equals(right) ? Optional.of(point) : Optional.empty();
    }

    /** The shared secret, 32 bytes that the caller wipes; Java keeps the number that it computes with until collected. */
    byte[] agree(SecretBytes secret, ECPoint point) {
        byte[] number = secret.getEncoded();
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(keys.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, number), curve)));
            agreement.doPhase(keys.generatePublic(new ECPublicKeySpec(point, curve)), true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 refused to agree", e);
        } finally {
            SecretBytes.wipe(number);
        }
    }

    /** The thumbprint of the public key as a JWK (RFC 7638). */
    static String thumbprint(byte[] open) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String jwk = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + base64.encodeToString(x(open)) + "\",\"y\":\""
                + base64.encodeToString(y(open)) + "\"}";
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return base64.encodeToString(digest.digest(jwk.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
