package org.pledge.crypto.internal;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;

/** HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869), with one {@link Mac} per thread. */
final class Hmac {
    static final int BYTES = 32;
    private static final int MOST_BLOCKS = 255;
    private static final SecretBytes NOTHING = SecretBytes.of(new byte[BYTES]);

    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(Hmac::mac);

    byte[] hmac(SecretBytes key, byte[] value) {
        Mac mac = macs.get();
        try {
            init(mac, key);
            return mac.doFinal(value);
        } finally {
            init(mac, NOTHING);
        }
    }

    /** Derives {@code length} bytes; the salt may be empty. The caller wipes the result. */
    byte[] hkdf(SecretBytes key, byte[] salt, byte[] info, int length) {
        int blocks = (length + BYTES - 1) / BYTES;
        if (length < 0 || blocks > MOST_BLOCKS) {
            throw new IllegalArgumentException("HKDF-SHA-256 gives at most 8160 bytes");
        }
        byte[] input = key.getEncoded();
        Mac mac = macs.get();
        byte[] result = new byte[length];
        byte[] block = new byte[0];
        try (SecretBytes extractor = SecretBytes.of(salt.clone())) {
            init(mac, extractor);
            try (SecretBytes extracted = SecretBytes.of(mac.doFinal(input))) {
                init(mac, extracted);
                for (int i = 1; i <= blocks; i++) {
                    mac.update(block);
                    mac.update(info);
                    mac.update((byte) i);
                    SecretBytes.wipe(block);
                    block = mac.doFinal();
                    int from = (i - 1) * BYTES;
                    System.arraycopy(block, 0, result, from, Math.min(BYTES, length - from));
                }
            }
            return result;
        } finally {
            SecretBytes.wipe(input);
            SecretBytes.wipe(block);
            init(mac, NOTHING);
        }
    }

    private static void init(Mac mac, SecretBytes key) {
        try {
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 refused a key", e);
        }
    }

    private static Mac mac() {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
        }
    }
}
