package org.pledge.backup.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts the segments of one file, or decrypts them, in their order. */
final class Segments {
    static final int PLAIN_BYTES = 65_536;
    static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key;
    private final Cipher cipher;
    private long number;

    private Segments(byte[] key) {
        try {
            this.key = new SecretKeySpec(key, "AES");
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES-GCM", e);
        }
    }

    /** @param secret what both keys agreed on, wiped before this returns */
    static Segments of(byte[] secret, byte[] ephemeral, byte[] recipient, byte[] header) {
        byte[] label = "pledge backup 1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] extracted = hmac(join(ephemeral, recipient), secret);
        byte[] key = hmac(extracted, join(label, header, new byte[] {1}));
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(extracted, (byte) 0);
        Segments segments = new Segments(key);
        Arrays.fill(key, (byte) 0);
        return segments;
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
        }
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    byte[] encrypt(byte[] plain, int length, boolean last) {
        try {
            return next(Cipher.ENCRYPT_MODE, plain, length, last);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to encrypt", e);
        }
    }

    /** @throws DamagedFileException for anything but the next segment */
    byte[] decrypt(byte[] segment, int length, boolean last) throws DamagedFileException {
        try {
            return next(Cipher.DECRYPT_MODE, segment, length, last);
        } catch (AEADBadTagException e) {
            throw new DamagedFileException(
                    "segment " + number + " was altered, is in the wrong place, or the file ends early");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to decrypt", e);
        }
    }

    private byte[] next(int mode, byte[] input, int length, boolean last) throws GeneralSecurityException {
        ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
        nonce.putLong(3, number).put(NONCE_BYTES - 1, (byte) (last ? 1 : 0));
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce.array()));
        byte[] output = cipher.doFinal(input, 0, length);
        number++;
        return output;
    }
}
