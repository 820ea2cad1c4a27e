package org.pledge.vault.internal;

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
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.pledge.crypto.CardSealer;

/** What a sender does: builds the content, and encrypts it; anything of it can be made wrong. */
final class Jwe {
    static final String VISA = "4111111111111111";
    static final String AMEX = "378282246310005";
    static final String HOLDER = "Erika Mustermann-Canary";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final CardSealer.IntakeKey key;
    final Map<String, String> content = new LinkedHashMap<>();
    final Map<String, String> header = new LinkedHashMap<>();

    Jwe(World world) {
        this.key = world.vault
                .required((Supplier<List<CardSealer.IntakeKey>>) world.sealer::intakeKeys)
                .get(0);
        content.put("number", quoted(VISA));
        content.put("expiry", quoted("2030-01"));
        content.put("holder", quoted(HOLDER));
        content.put("iat", Long.toString(world.clock.instant().getEpochSecond()));
        content.put("jti", quoted(UUID.randomUUID().toString()));
        header.put("alg", quoted("ECDH-ES"));
        header.put("enc", quoted("A256GCM"));
        header.put("kid", quoted(key.kid()));
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    Jwe text(String name, String value) {
        content.put(name, quoted(value));
        return this;
    }

    Jwe raw(String name, String value) {
        content.put(name, value);
        return this;
    }

    Jwe without(String name) {
        content.remove(name);
        return this;
    }

    Jwe address() {
        return raw(
                "address",
                "{\"street\":\"12 Canary Wharf\",\"postalCode\":\"E14 5AB\",\"city\":\"London\",\"country\":\"GB\"}");
    }

    /** A security code alone. */
    static Jwe code(World world, String code) {
        Jwe jwe = new Jwe(world);
        jwe.content.keySet().retainAll(java.util.Set.of("iat", "jti"));
        return jwe.text("securityCode", code);
    }

    static String json(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    byte[] bytes() {
        return encrypted(json(content)).getBytes(StandardCharsets.US_ASCII);
    }

    String encrypted(String plain) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair ephemeral = generator.generateKeyPair();
            ECPoint point = ((ECPublicKey) ephemeral.getPublic()).getW();
            Map<String, String> all = new LinkedHashMap<>(header);
            all.putIfAbsent(
                    "epk",
                    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                            + BASE64.encodeToString(TestRing.fixed(point.getAffineX())) + "\",\"y\":\""
                            + BASE64.encodeToString(TestRing.fixed(point.getAffineY())) + "\"}");
            String head = BASE64.encodeToString(json(all).getBytes(StandardCharsets.UTF_8));
            byte[] nonce = new byte[12];
            new SecureRandom().nextBytes(nonce);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key(ephemeral), "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(head.getBytes(StandardCharsets.US_ASCII));
            byte[] sealed = cipher.doFinal(plain.getBytes(StandardCharsets.UTF_8));
            return String.join(
                    ".",
                    head,
                    "",
                    BASE64.encodeToString(nonce),
                    BASE64.encodeToString(Arrays.copyOf(sealed, sealed.length - 16)),
                    BASE64.encodeToString(Arrays.copyOfRange(sealed, sealed.length - 16, sealed.length)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 7518, 4.6.2, written down once more: one round, no party information. */
    private byte[] key(KeyPair ephemeral) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class))),
                true);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(agreement.generateSecret());
        digest.update(new byte[] {0, 0, 0, 7});
        digest.update("A256GCM".getBytes(StandardCharsets.US_ASCII));
        digest.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
        return digest.digest();
    }
}
