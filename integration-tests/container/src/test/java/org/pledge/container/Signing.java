package org.pledge.container;

import java.io.IOException;
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

/** Signs files as `pledge sign` does, written a second time from the format's description. */
final class Signing {
    private Signing() {}

    /** Trusts a new key in the running platform and writes FILE.sig with it. */
    static void sign(Path file, String target, byte[] content) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] open = pair.getPublic().getEncoded();
            Path keys = Files.createDirectories(Path.of(System.getProperty("karaf.etc"), "keys", "deploy"));
            String name = file.getFileName().toString();
            Files.writeString(keys.resolve(name + ".pub"), Base64.getEncoder().encodeToString(open));
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
            long version = System.currentTimeMillis() / 1000;
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            for (byte[] part : new byte[][] {
                "pledge artifact signature 1".getBytes(StandardCharsets.UTF_8),
                name.getBytes(StandardCharsets.UTF_8),
                ByteBuffer.allocate(8).putLong(version).array(),
                target.getBytes(StandardCharsets.UTF_8),
                sha256
            }) {
                signature.update(ByteBuffer.allocate(4).putInt(part.length).array());
                signature.update(part);
            }
            String key = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(open))
                    .substring(0, 32);
            Files.writeString(
                    file.resolveSibling(name + ".sig"),
                    "pledge-signature: 1\nname: " + name + "\ntarget: " + target + "\nversion: " + version
                            + "\nsha256: " + HexFormat.of().formatHex(sha256) + "\nkey: " + key + "\nsignature: "
                            + Base64.getEncoder().encodeToString(signature.sign()) + "\n");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
