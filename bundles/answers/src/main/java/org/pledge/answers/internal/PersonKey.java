package org.pledge.answers.internal;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.KeyAgreement;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.answers.AnswerService.RecipientKey;

/** A public key of a person, checked, and what is agreed with it (RFC 7518, 4.6; RFC 8037, 3.2). */
final class PersonKey {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int BYTES = 32;
    private static final int BITS = 256;
    private static final Pattern KID = Pattern.compile("[A-Za-z0-9._-]{0,64}");

    private final boolean curve;
    private final PublicKey key;
    private final String kid;

    /**
     * What was agreed.
     *
     * @param header members of the JWE's header, each with a comma before it
     */
    record Agreement(byte[] contentKey, String header) {
        @Override
        public String toString() {
            return "Agreement";
        }
    }

    private PersonKey(boolean curve, PublicKey key, String kid) {
        this.curve = curve;
        this.key = key;
        this.kid = kid;
    }

    static PersonKey of(RecipientKey jwk) {
        boolean p256 = jwk.kty().equals("EC") && jwk.crv().equals("P-256");
        boolean x25519 =
                jwk.kty().equals("OKP") && jwk.crv().equals("X25519") && jwk.y().isEmpty();
        if (!p256 && !x25519 || !KID.matcher(jwk.kid()).matches()) {
            throw refused();
        }
        try {
            return new PersonKey(p256, p256 ? p256(bytes(jwk.x()), bytes(jwk.y())) : x25519(bytes(jwk.x())), jwk.kid());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused();
        }
    }

    private static PledgeException refused() {
        return new PledgeException(Kind.INVALID, "key is no public key of P-256 or X25519")
                .remedy("Give a JWK with kty EC, crv P-256, x and y, or with kty OKP, crv X25519 and x.");
    }

    private static byte[] bytes(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException();
        }
        return bytes;
    }

    private static PublicKey p256(byte[] x, byte[] y) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger right = point.getAffineX()
                .pow(3)
                .add(spec.getCurve().getA().multiply(point.getAffineX()))
                .add(spec.getCurve().getB());
        if (point.getAffineX().compareTo(p) >= 0
                || point.getAffineY().compareTo(p) >= 0
                || !point.getAffineY().pow(2).subtract(right).mod(p).equals(BigInteger.ZERO)) {
            throw new IllegalArgumentException();
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, spec));
    }

    private static PublicKey x25519(byte[] u) throws GeneralSecurityException {
        byte[] reversed = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            reversed[i] = u[BYTES - 1 - i];
        }
        reversed[0] &= 0x7f;
        PublicKey key = KeyFactory.getInstance("X25519")
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, reversed)));
        // a point of low order is refused by the agreement
        agreed("X25519", KeyPairGenerator.getInstance("X25519").generateKeyPair(), key);
        return key;
    }

    /** A fresh key of ours with theirs. */
    Agreement agree(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(curve ? "EC" : "X25519");
        if (curve) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        KeyPair ours = generator.generateKeyPair();
        byte[] secret = agreed(curve ? "ECDH" : "X25519", ours, key);
        try {
            return new Agreement(derived(secret, algorithm), header(ours.getPublic()));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] agreed(String algorithm, KeyPair ours, PublicKey theirs) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs, true);
        return agreement.generateSecret();
    }

    /** The Concat KDF of RFC 7518, 4.6.2 with SHA-256 for 256 bits, without apu and apv. */
    private static byte[] derived(byte[] secret, String algorithm) throws GeneralSecurityException {
        byte[] name = algorithm.getBytes(StandardCharsets.US_ASCII);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(1).array());
        sha256.update(secret);
        return sha256.digest(ByteBuffer.allocate(4 * Integer.BYTES + name.length)
                .putInt(name.length)
                .put(name)
                .putInt(0)
                .putInt(0)
                .putInt(BITS)
                .array());
    }

    private String header(PublicKey ours) {
        String named = kid.isEmpty() ? "" : ",\"kid\":\"" + kid + "\"";
        if (ours instanceof ECPublicKey point) {
            return named + ",\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                    + encoded(point.getW().getAffineX()) + "\",\"y\":\""
                    + encoded(point.getW().getAffineY()) + "\"}";
        }
        byte[] bytes = fixed(((XECPublicKey) ours).getU());
        for (int i = 0; i < BYTES / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[BYTES - 1 - i];
            bytes[BYTES - 1 - i] = swapped;
        }
        return named + ",\"epk\":{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + BASE64.encodeToString(bytes) + "\"}";
    }

    private static String encoded(BigInteger coordinate) {
        return BASE64.encodeToString(fixed(coordinate));
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[BYTES];
        int length = Math.min(bytes.length, BYTES);
        System.arraycopy(bytes, bytes.length - length, fixed, BYTES - length, length);
        return fixed;
    }
}
