package org.pledge.dsr.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** A tenant's key and certificate (RSA from 2048 bits, or EC on P-256), as a PKCS#12 file holds them. */
final class Signer {
    private final PrivateKey key;
    private final X509Certificate certificate;

    Signer(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
        Jwk.check(certificate.getPublicKey());
    }

    /** @param password the file whose first line opens the other one */
    static Signer read(Path file, Path password) throws IOException {
        char[] secret = Files.readAllLines(password, StandardCharsets.UTF_8).stream()
                .findFirst()
                .orElse("")
                .toCharArray();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, secret);
            List<String> aliases = Collections.list(store.aliases());
            if (aliases.size() != 1
                    || !(store.getKey(aliases.get(0), secret) instanceof PrivateKey key)
                    || !(store.getCertificate(aliases.get(0)) instanceof X509Certificate certificate)) {
                throw new IllegalArgumentException("it must hold one private key with its certificate");
            }
            return new Signer(key, certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "it cannot be opened: " + e.getClass().getSimpleName());
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Base64 of the signature over the SHA-256 of {@code bytes}, as FIPS 186-4 has it. */
    String sign(byte[] bytes) {
        return Base64.getEncoder().encodeToString(signed(isRsa() ? "SHA256withRSA" : "SHA256withECDSA", bytes));
    }

    /** Compact JWS (RFC 7515) with RS256 or ES256. */
    String token(byte[] payload) {
        byte[] header = Json.bytes(Json.made()
                .put("typ", "JWT")
                .put("alg", isRsa() ? "RS256" : "ES256")
                .put("kid", kid()));
        String input = base64(header) + "." + base64(payload);
        byte[] signature = signed(
                isRsa() ? "SHA256withRSA" : "SHA256withECDSAinP1363Format", input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + base64(signature);
    }

    /** The first half of the certificate's SHA-256. */
    String kid() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return base64(Arrays.copyOf(digest, 16));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isRsa() {
        return certificate.getPublicKey() instanceof RSAPublicKey;
    }

    private byte[] signed(String algorithm, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether another's certificate verifies what they signed as {@link #sign} does. */
    static boolean verifies(X509Certificate certificate, byte[] bytes, String base64) {
        try {
            byte[] given = Base64.getMimeDecoder().decode(base64);
            boolean elliptic = certificate.getPublicKey() instanceof ECPublicKey;
            Signature signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initVerify(certificate.getPublicKey());
            signature.update(bytes);
            return signature.verify(given);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
