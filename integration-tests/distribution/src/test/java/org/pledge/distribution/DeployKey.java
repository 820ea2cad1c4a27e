package org.pledge.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;

/** A deploy key that signs as {@code pledge sign} does, written a second time from the format's description. */
final class DeployKey {
    private static final int ID_CHARACTERS = 32;
    private static final long SECOND_MILLIS = 1000;
    private static final String CONTEXT = "pledge artifact signature 1";

    private final KeyPair pair;
    private long version = System.currentTimeMillis() / SECOND_MILLIS;

    DeployKey() {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String id() {
        return sha256(pair.getPublic().getEncoded()).substring(0, ID_CHARACTERS);
    }

    /** Lets the platform trust this key, with these lines before it. */
    Path trustedBy(Platform platform, String name, String... lines) {
        try {
            Path file = Files.createDirectories(platform.home().resolve("etc/keys/deploy"))
                    .resolve(name + ".pub");
            String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            return Files.writeString(file, String.join("", lines) + key + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The signature file of the next version. */
    String sign(String name, String target, byte[] content) {
        version++;
        return sign(name, target, version, content);
    }

    String sign(String name, String target, long signedVersion, byte[] content) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            for (byte[] part : new byte[][] {
                CONTEXT.getBytes(StandardCharsets.UTF_8),
                name.getBytes(StandardCharsets.UTF_8),
                ByteBuffer.allocate(Long.BYTES).putLong(signedVersion).array(),
                target.getBytes(StandardCharsets.UTF_8),
                MessageDigest.getInstance("SHA-256").digest(content)
            }) {
                signature.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
                signature.update(part);
            }
            return "pledge-signature: 1\nname: " + name + "\ntarget: " + target + "\nversion: " + signedVersion
                    + "\nsha256: " + sha256(content) + "\nkey: " + id() + "\nsignature: "
                    + Base64.getEncoder().encodeToString(signature.sign()) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
