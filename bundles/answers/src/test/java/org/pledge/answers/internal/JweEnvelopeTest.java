package org.pledge.answers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.answers.AnswerService.RecipientKey;

class JweEnvelopeTest {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int BYTES = 32;

    private static String encoded(BigInteger number, boolean reversed) {
        byte[] all = number.toByteArray();
        byte[] fixed = new byte[BYTES];
        int length = Math.min(all.length, BYTES);
        System.arraycopy(all, all.length - length, fixed, BYTES - length, length);
        return ENCODER.encodeToString(reversed ? reversed(fixed) : fixed);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] turned = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            turned[i] = bytes[bytes.length - 1 - i];
        }
        return turned;
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        if (curve.equals("X25519")) {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static RecipientKey jwk(PublicKey key) {
        if (key instanceof XECPublicKey x) {
            return new RecipientKey("OKP", "X25519", encoded(x.getU(), true), "", "");
        }
        ECPoint point = ((ECPublicKey) key).getW();
        return new RecipientKey(
                "EC", "P-256", encoded(point.getAffineX(), false), encoded(point.getAffineY(), false), "phone-1");
    }

    /** What a library of the person does (RFC 7516, 5.2). */
    private static byte[] opened(String jwe, KeyPair pair) throws GeneralSecurityException, IOException {
        String[] parts = jwe.split("\\.", -1);
        assertThat(parts).hasSize(5);
        assertThat(parts[1]).isEmpty();
        JsonNode header = new ObjectMapper().readTree(DECODER.decode(parts[0]));
        assertThat(header.get("alg").asText()).isEqualTo("ECDH-ES");
        KeyAgreement agreement = KeyAgreement.getInstance(pair.getPublic() instanceof XECPublicKey ? "X25519" : "ECDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(theirs(header.get("epk"), pair), true);
        byte[] enc = header.get("enc").asText().getBytes(StandardCharsets.US_ASCII);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(new byte[] {0, 0, 0, 1});
        sha256.update(agreement.generateSecret());
        byte[] key = sha256.digest(ByteBuffer.allocate(16 + enc.length)
                .putInt(enc.length)
                .put(enc)
                .putInt(0)
                .putInt(0)
                .putInt(256)
                .array());
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, DECODER.decode(parts[2])));
        cipher.updateAAD(parts[0].getBytes(StandardCharsets.US_ASCII));
        cipher.update(DECODER.decode(parts[3]));
        byte[] tag = DECODER.decode(parts[4]);
        assertThat(tag).hasSize(16);
        Cipher whole = Cipher.getInstance("AES/GCM/NoPadding");
        whole.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, DECODER.decode(parts[2])));
        whole.updateAAD(parts[0].getBytes(StandardCharsets.US_ASCII));
        byte[] content = DECODER.decode(parts[3]);
        byte[] all = Arrays.copyOf(content, content.length + tag.length);
        System.arraycopy(tag, 0, all, content.length, tag.length);
        return whole.doFinal(all);
    }

    private static PublicKey theirs(JsonNode epk, KeyPair pair) throws GeneralSecurityException {
        byte[] x = DECODER.decode(epk.get("x").asText());
        if (pair.getPublic() instanceof ECPublicKey ours) {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(
                            new ECPoint(
                                    new BigInteger(1, x),
                                    new BigInteger(
                                            1, DECODER.decode(epk.get("y").asText()))),
                            ours.getParams()));
        }
        return KeyFactory.getInstance("X25519")
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, reversed(x))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "X25519"})
    void thePersonsPrivateKeyOpensIt(String curve) throws GeneralSecurityException, IOException {
        KeyPair pair = pair(curve);
        for (int length : List.of(0, 1, 2, 3, 100, 70_001)) {
            byte[] content = new byte[length];
            new Random(length).nextBytes(content);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JweEnvelope envelope = new JweEnvelope(out, PersonKey.of(jwk(pair.getPublic())))) {
                try (OutputStream entry = envelope.next("answer.json")) {
                    entry.write(content);
                }
                try (OutputStream entry = envelope.next("answer.pdf")) {
                    entry.write(7);
                }
                envelope.finish();
            }
            byte[] zip = opened(out.toString(StandardCharsets.US_ASCII), pair);
            try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
                ZipEntry first = in.getNextEntry();
                assertThat(first.getName()).isEqualTo("answer.json");
                assertThat(in.readAllBytes()).isEqualTo(content);
                assertThat(in.getNextEntry().getName()).isEqualTo("answer.pdf");
                assertThat(in.readAllBytes()).containsExactly(7);
            }
        }
    }

    @Test
    void aKeyOfAnotherFormIsRefused() throws GeneralSecurityException {
        RecipientKey good = jwk(pair("P-256").getPublic());
        RecipientKey other = jwk(pair("P-256").getPublic());
        RecipientKey x = jwk(pair("X25519").getPublic());
        String zero = ENCODER.encodeToString(new byte[BYTES]);
        List.of(
                        new RecipientKey("EC", "P-384", good.x(), good.y(), ""),
                        new RecipientKey("RSA", "P-256", good.x(), good.y(), ""),
                        new RecipientKey("EC", "P-256", good.x(), other.y(), ""),
                        new RecipientKey("EC", "P-256", zero, zero, ""),
                        new RecipientKey("EC", "P-256", good.x(), "", ""),
                        new RecipientKey("EC", "P-256", "!", good.y(), ""),
                        new RecipientKey("EC", "P-256", good.x(), good.y(), "a\"b"),
                        new RecipientKey("OKP", "X25519", zero, "", ""),
                        new RecipientKey("OKP", "X25519", x.x(), good.y(), ""),
                        new RecipientKey("OKP", "Ed25519", x.x(), "", ""))
                .forEach(key -> assertThatExceptionOfType(PledgeException.class)
                        .as(key.toString())
                        .isThrownBy(() -> PersonKey.of(key))
                        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.INVALID)));
    }
}
