package org.pledge.vault.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
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
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;

/** As much of what a browser brings as the script for cards uses, over the JDK's own cryptography. */
public final class WebCrypto {
    /** What a script finds as the globals of a browser. */
    static final String GLOBALS =
            """
            (host) => {
              const touched = [];
              const bytes = (from) => Uint8Array.from(from, (each) => each & 255);
              const known = (condition, what) => { if (!condition) throw new TypeError("no such " + what); };
              const touch = (array) => { touched.push(array); return array; };
              globalThis.TextEncoder = class {
                encode(text) { return bytes(host.utf8(text)); }
              };
              globalThis.btoa = (binary) => host.base64([...binary].map((each) => each.charCodeAt(0)));
              const curve = (of) =>
                known(of.name === "X25519" || (of.name === "ECDH" && of.namedCurve === "P-256"), "curve");
              const subtle = {
                async importKey(format, data, algorithm, extractable, usages) {
                  if (format === "jwk") {
                    curve(algorithm);
                    const okp = algorithm.name === "X25519";
                    known(data.kty === (okp ? "OKP" : "EC") && data.crv === (okp ? "X25519" : "P-256"), "key");
                    known(usages.length === 0 && okp === (data.y === undefined), "key");
                    return { name: algorithm.name, host: okp ? host.number(data.x) : host.point(data.x, data.y) };
                  }
                  known(format === "raw" && algorithm === "AES-GCM" && usages[0] === "encrypt", "key");
                  known(!extractable, "key");
                  touch(data);
                  return { raw: data.slice() };
                },
                async generateKey(algorithm, extractable, usages) {
                  curve(algorithm);
                  known(!extractable && usages[0] === "deriveBits", "use");
                  const { name } = algorithm;
                  const pair = host.pair(name);
                  return { publicKey: { name, pair }, privateKey: { name, pair } };
                },
                async exportKey(format, key) {
                  known(format === "jwk", "format");
                  const [x, y] = host.coordinates(key.pair);
                  return key.name === "X25519"
                    ? { key_ops: [], ext: true, kty: "OKP", x, crv: "X25519" }
                    : { key_ops: [], ext: true, kty: "EC", x, y, crv: "P-256" };
                },
                async deriveBits(algorithm, key, length) {
                  known(algorithm.name === key.name && algorithm.public.name === key.name, "agreement");
                  known(length === 256, "agreement");
                  return touch(bytes(host.agree(key.name, algorithm.public.host, key.pair))).buffer;
                },
                async digest(algorithm, data) {
                  known(algorithm === "SHA-256", "digest");
                  return touch(bytes(host.sha256(touch(data)))).buffer;
                },
                async encrypt(algorithm, key, data) {
                  known(algorithm.name === "AES-GCM", "cipher");
                  touch(data);
                  return bytes(host.encrypt(key.raw, algorithm.iv, algorithm.additionalData, data)).buffer;
                },
              };
              globalThis.crypto = {
                subtle,
                getRandomValues(array) { array.set(bytes(host.random(array.length))); return array; },
              };
              return touched;
            }
            """;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final byte[] OKP_HEAD = HexFormat.of().parseHex("302a300506032b656e032100");

    private final SecureRandom random = new SecureRandom();

    private static byte[] bytes(Value array) {
        byte[] bytes = new byte[(int) array.getArraySize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) array.getArrayElement(i).asInt();
        }
        return bytes;
    }

    /** UTF-8. */
    @Export
    public byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Base64 with padding. */
    @Export
    public String base64(Value binary) {
        return Base64.getEncoder().encodeToString(bytes(binary));
    }

    /** Random bytes. */
    @Export
    public byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A public key of its coordinates. */
    @Export
    public Object point(String x, String y) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        Base64.Decoder decoder = Base64.getUrlDecoder();
        ECPoint point = new ECPoint(new BigInteger(1, decoder.decode(x)), new BigInteger(1, decoder.decode(y)));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /** A public key on X25519 (RFC 8410, 4). */
    @Export
    public Object number(String x) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(OKP_HEAD, OKP_HEAD.length + 32);
        System.arraycopy(Base64.getUrlDecoder().decode(x), 0, encoded, OKP_HEAD.length, 32);
        return KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** A pair of keys. */
    @Export
    public Object pair(String algorithm) throws GeneralSecurityException {
        if (algorithm.equals("X25519")) {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** The coordinates of a pair's public key. */
    @Export
    public String[] coordinates(Value pair) {
        PublicKey key = pair.<KeyPair>asHostObject().getPublic();
        if (!(key instanceof ECPublicKey onP256)) {
            byte[] encoded = key.getEncoded();
            return new String[] {BASE64.encodeToString(Arrays.copyOfRange(encoded, OKP_HEAD.length, encoded.length))};
        }
        ECPoint point = onP256.getW();
        return new String[] {
            BASE64.encodeToString(TestRing.fixed(point.getAffineX())),
            BASE64.encodeToString(TestRing.fixed(point.getAffineY()))
        };
    }

    /** The shared secret. */
    @Export
    public byte[] agree(String algorithm, Value other, Value own) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
        agreement.init(own.<KeyPair>asHostObject().getPrivate());
        agreement.doPhase(other.asHostObject(), true);
        return agreement.generateSecret();
    }

    /** SHA-256. */
    @Export
    public byte[] sha256(Value data) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes(data));
    }

    /** AES-GCM with a tag of 128 bits. */
    @Export
    public byte[] encrypt(Value key, Value iv, Value additional, Value plain) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(bytes(key), "AES"), new GCMParameterSpec(128, bytes(iv)));
        cipher.updateAAD(bytes(additional));
        return cipher.doFinal(bytes(plain));
    }
}
