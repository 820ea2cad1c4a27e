package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a customer's browser does with a card: compact JWE (RFC 7516), ECDH-ES (RFC 7518, 4.6) and A256GCM. */
public final class CardEncryption {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int COORDINATE = 32;
    private static final int TAG = 16;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private CardEncryption() {}

    /** Encrypts members to the first key of a set, with the time and a random identifier of the message. */
    public static String encrypt(JsonNode keys, Map<String, ?> members) {
        Map<String, Object> content = new LinkedHashMap<>(members);
        content.putIfAbsent("iat", Instant.now().getEpochSecond());
        content.putIfAbsent("jti", UUID.randomUUID().toString());
        try {
            return encrypt(keys.path("keys").path(0), JSON.writeValueAsBytes(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encrypt(JsonNode key, byte[] plain) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair own = generator.generateKeyPair();
        ECPoint point = ((ECPublicKey) own.getPublic()).getW();
        String header = BASE64.encodeToString(JSON.writeValueAsBytes(Map.of(
                "alg",
                "ECDH-ES",
                "enc",
                "A256GCM",
                "kid",
                key.path("kid").asText(),
                "epk",
                Map.of(
                        "kty",
                        "EC",
                        "crv",
                        "P-256",
                        "x",
                        BASE64.encodeToString(fixed(point.getAffineX())),
                        "y",
                        BASE64.encodeToString(fixed(point.getAffineY()))))));
        byte[] nonce = new byte[12];
        RANDOM.nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(contentKey(key, own), "AES"),
                new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(header.getBytes(StandardCharsets.US_ASCII));
        byte[] sealed = cipher.doFinal(plain);
        int end = sealed.length - TAG;
        return String.join(
                ".",
                header,
                "",
                BASE64.encodeToString(nonce),
                BASE64.encodeToString(Arrays.copyOf(sealed, end)),
                BASE64.encodeToString(Arrays.copyOfRange(sealed, end, sealed.length)));
    }

    private static byte[] contentKey(JsonNode key, KeyPair own) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(
                coordinate(key.path("x").asText()), coordinate(key.path("y").asText()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))),
                true);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(agreement.generateSecret());
        digest.update(new byte[] {0, 0, 0, 7});
        digest.update("A256GCM".getBytes(StandardCharsets.US_ASCII));
        digest.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
        return digest.digest();
    }

    private static BigInteger coordinate(String text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }

    /** A coordinate of a point, as JWK has it. */
    public static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[COORDINATE];
        int length = Math.min(bytes.length, COORDINATE);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
        return fixed;
    }
}
