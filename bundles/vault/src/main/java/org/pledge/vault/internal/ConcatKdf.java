package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The Concat KDF of RFC 7518, 4.6.2 (NIST SP 800-56A, 5.8.1) with SHA-256, for keys of one digest at most. */
final class ConcatKdf {
    private ConcatKdf() {}

    /**
     * Derives a key.
     *
     * @param secret the shared secret
     * @param algorithm what the key is for, such as {@code A256GCM}
     * @param bits of the key, at most 256
     */
    static byte[] derive(byte[] secret, String algorithm, byte[] apu, byte[] apv, int bits) {
        byte[] name = algorithm.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer info = ByteBuffer.allocate(4 * Integer.BYTES + name.length + apu.length + apv.length);
        for (byte[] part : new byte[][] {name, apu, apv}) {
            info.putInt(part.length).put(part);
        }
        info.putInt(bits);
        byte[] digest = {};
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(new byte[] {0, 0, 0, 1});
            sha256.update(secret);
            digest = sha256.digest(info.array());
            return Arrays.copyOf(digest, bits / Byte.SIZE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(digest, (byte) 0);
        }
    }
}
