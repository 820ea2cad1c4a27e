package org.pledge.deploy.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.deploy.ArtifactTrust.Target;

/** What a signature file says: Ed25519 (RFC 8032) over name, target, version and SHA-256 of one artifact. */
record Signature(String name, Target target, long version, String sha256, String key, String value) {
    static final String ENDING = ".sig";
    static final int MOST_BYTES = 2048;

    private static final String CONTEXT = "pledge artifact signature 1";
    private static final Pattern NAME = Pattern.compile("(?:[a-z][a-z0-9-]{1,31}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern TEXT = Pattern.compile("pledge-signature: 1\r?\n"
            + "name: (" + NAME + ")\r?\n"
            + "target: (bundle|route|partner|policy|template)\r?\n"
            + "version: (0|[1-9][0-9]{0,17})\r?\n"
            + "sha256: ([0-9a-f]{64})\r?\n"
            + "key: ([0-9a-f]{32})\r?\n"
            + "signature: ([A-Za-z0-9+/]{85}[AQgw]==)\\s*");

    static boolean nameable(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads a signature file; nothing when it is not exactly of this form. */
    static Optional<Signature> read(byte[] file) {
        Matcher line = TEXT.matcher(new String(file, StandardCharsets.ISO_8859_1));
        return file.length <= MOST_BYTES && line.matches()
                ? Optional.of(new Signature(
                        line.group(1),
                        Target.valueOf(line.group(2).toUpperCase(Locale.ROOT)),
                        Long.parseLong(line.group(3)),
                        line.group(4),
                        line.group(5),
                        line.group(6)))
                : Optional.empty();
    }

    static Signature sign(String name, Target target, long version, byte[] content, PublicKey key, PrivateKey secret)
            throws GeneralSecurityException {
        Signature unsigned = new Signature(name, target, version, sha256(content), keyId(key), "");
        java.security.Signature ed25519 = java.security.Signature.getInstance("Ed25519");
        ed25519.initSign(secret);
        ed25519.update(unsigned.signed());
        String value = Base64.getEncoder().encodeToString(ed25519.sign());
        return new Signature(name, target, version, unsigned.sha256, unsigned.key, value);
    }

    boolean isBy(PublicKey signer) {
        try {
            java.security.Signature ed25519 = java.security.Signature.getInstance("Ed25519");
            ed25519.initVerify(signer);
            ed25519.update(signed());
            return ed25519.verify(Base64.getDecoder().decode(value));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    String text() {
        return "pledge-signature: 1\nname: " + name + "\ntarget: "
                + target.name().toLowerCase(Locale.ROOT) + "\nversion: " + version + "\nsha256: " + sha256 + "\nkey: "
                + key + "\nsignature: " + value + "\n";
    }

    /** Each part behind its length, so that no two artifacts have the same encoding. */
    private byte[] signed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : new byte[][] {
            CONTEXT.getBytes(StandardCharsets.UTF_8),
            name.getBytes(StandardCharsets.UTF_8),
            ByteBuffer.allocate(Long.BYTES).putLong(version).array(),
            target.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8),
            HexFormat.of().parseHex(sha256)
        }) {
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The first half of the SHA-256 of the key's X.509 encoding. */
    static String keyId(PublicKey key) {
        return sha256(key.getEncoded()).substring(0, 32);
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
