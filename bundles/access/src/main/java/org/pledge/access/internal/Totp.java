package org.pledge.access.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Time-based one-time passwords (RFC 6238) over HMAC-SHA-1, with six digits and steps of 30 seconds. */
final class Totp {
    static final int SECRET_BYTES = 20;
    static final int DIGITS = 6;
    private static final int STEP_SECONDS = 30;
    private static final int MODULUS = 1_000_000;
    private static final String ALGORITHM = "HmacSHA1";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BASE32_BITS = 5;

    private Totp() {}

    static long step(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), STEP_SECONDS);
    }

    /** The code of a step, as digits in ASCII. */
    static byte[] code(byte[] secret, long step) {
        byte[] hash = hmac(secret, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        int offset = hash[hash.length - 1] & 0xf;
        int truncated = ByteBuffer.wrap(hash).getInt(offset) & Integer.MAX_VALUE;
        Arrays.fill(hash, (byte) 0);
        return String.format(Locale.ROOT, "%0" + DIGITS + "d", truncated % MODULUS)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hmac(byte[] secret, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA-1", e);
        }
    }

    /** In Base32 (RFC 4648, section 6), for a length that needs no padding. */
    static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit += BASE32_BITS) {
            int index = 0;
            for (int i = bit; i < bit + BASE32_BITS; i++) {
                int value = bytes[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE) & 1;
                index = index << 1 | value;
            }
            text.append(BASE32.charAt(index));
        }
        return text.toString();
    }
}
