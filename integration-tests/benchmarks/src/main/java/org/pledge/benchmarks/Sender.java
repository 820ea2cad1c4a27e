package org.pledge.benchmarks;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.pledge.vault.CardService.IntakeKey;

/** Encrypts made-up cards to the vault; all under one ephemeral key, so that the sender's work hardly counts. */
final class Sender {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String EXPIRY =
            YearMonth.now(ZoneOffset.UTC).plusYears(3).toString();
    private static final int COORDINATE = 32;
    private static final int TAG = 16;

    private final AtomicLong nonces = new AtomicLong();
    private final byte[] header;
    private final SecretKeySpec key;

    Sender(IntakeKey intake) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair own = generator.generateKeyPair();
            ECPoint point = ((ECPublicKey) own.getPublic()).getW();
            String json =
                    """
                    {"alg":"ECDH-ES","enc":"A256GCM","kid":"%s",\
                    "epk":{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}}"""
                            .formatted(intake.kid(), text(point.getAffineX()), text(point.getAffineY()));
            header = BASE64.encode(json.getBytes(StandardCharsets.US_ASCII));
            key = new SecretKeySpec(derived(agreed(own, intake)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(BigInteger coordinate) {
        byte[] bytes = coordinate.toByteArray();
        byte[] fixed = new byte[COORDINATE];
        int length = Math.min(COORDINATE, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
        return BASE64.encodeToString(fixed);
    }

    private static byte[] agreed(KeyPair own, IntakeKey intake) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(coordinate(intake.x()), coordinate(intake.y()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))),
                true);
        return agreement.generateSecret();
    }

    private static BigInteger coordinate(String text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }

    /** RFC 7518, 4.6.2: one round, no party information. */
    private static byte[] derived(byte[] secret) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(secret);
        digest.update(new byte[] {0, 0, 0, 7});
        digest.update("A256GCM".getBytes(StandardCharsets.US_ASCII));
        digest.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
        return digest.digest();
    }

    /** The card by number, as a JWE of its own each time. */
    byte[] card(long number) {
        // a second ahead, because the vault takes nothing from before its start
        String json = """
                {"number":"%s","expiry":"%s","holder":"A. Holder","iat":%d,"jti":"%s"}"""
                .formatted(digits(number), EXPIRY, Instant.now().getEpochSecond() + 1, UUID.randomUUID());
        byte[] nonce = ByteBuffer.allocate(12).putLong(nonces.incrementAndGet()).array();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
            cipher.updateAAD(header);
            byte[] sealed = cipher.doFinal(json.getBytes(StandardCharsets.US_ASCII));
            int plain = sealed.length - TAG;
            return String.join(
                            ".",
                            new String(header, StandardCharsets.US_ASCII),
                            "",
                            BASE64.encodeToString(nonce),
                            BASE64.encodeToString(Arrays.copyOf(sealed, plain)),
                            BASE64.encodeToString(Arrays.copyOfRange(sealed, plain, sealed.length)))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sixteen digits of Visa's form: a 4, the number, and the check digit of ISO/IEC 7812-1. */
    private static String digits(long number) {
        String body = "4" + "%014d".formatted(number);
        int sum = 0;
        for (int i = 0; i < body.length(); i++) {
            int digit = body.charAt(i) - '0';
            int weighed = i % 2 == 0 ? 2 * digit : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return body + (10 - sum % 10) % 10;
    }
}
