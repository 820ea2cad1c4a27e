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
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
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
        this(world, 0);
    }

    /** To the intake key of that number: with the keys that the platform has, 0 is on P-256 and 1 on X25519. */
    Jwe(World world, int number) {
        this.key = world.vault
                .required((Supplier<List<CardSealer.IntakeKey>>) world.sealer::intakeKeys)
                .get(number);
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
            boolean x25519 = key.y().length == 0;
            KeyPairGenerator generator = KeyPairGenerator.getInstance(x25519 ? "X25519" : "EC");
            if (!x25519) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            KeyPair ephemeral = generator.generateKeyPair();
            Map<String, String> all = new LinkedHashMap<>(header);
            all.putIfAbsent("epk", x25519 ? number(ephemeral) : point(ephemeral));
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

    private static String point(KeyPair pair) {
        ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                + BASE64.encodeToString(TestRing.fixed(point.getAffineX())) + "\",\"y\":\""
                + BASE64.encodeToString(TestRing.fixed(point.getAffineY())) + "\"}";
    }

    /** The last 32 bytes of its form in X.509 (RFC 8410, 4). */
    private static String number(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] number = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + BASE64.encodeToString(number) + "\"}";
    }

    private KeyAgreement agreement(KeyPair ephemeral) throws GeneralSecurityException {
        if (key.y().length == 0) {
            byte[] head = HexFormat.of().parseHex("302a300506032b656e032100"); // RFC 8410, 4
            byte[] encoded = Arrays.copyOf(head, head.length + 32);
            System.arraycopy(key.x(), 0, encoded, head.length, 32);
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(ephemeral.getPrivate());
            agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded)), true);
            return agreement;
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class))),
                true);
        return agreement;
    }

    /** RFC 7518, 4.6.2, written down once more: one round, no party information. */
    private byte[] key(KeyPair ephemeral) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(agreement(ephemeral).generateSecret());
        digest.update(new byte[] {0, 0, 0, 7});
        digest.update("A256GCM".getBytes(StandardCharsets.US_ASCII));
        digest.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
        return digest.digest();
    }
}
