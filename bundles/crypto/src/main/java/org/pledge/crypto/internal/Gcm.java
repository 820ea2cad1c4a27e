package org.pledge.crypto.internal;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** AES-GCM (NIST SP 800-38D) with 12-byte nonces and 16-byte tags, and one {@link Cipher} per thread. */
final class Gcm {
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;
    private static final SecretBytes NOTHING = SecretBytes.of(new byte[32]);
    private static final GCMParameterSpec NO_NONCE = new GCMParameterSpec(8 * TAG_BYTES, new byte[NONCE_BYTES]);

    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(Gcm::cipher);

    /** Encrypts; the tag stands at the end. A nonce must never be used twice under one key. */
    byte[] encrypt(SecretBytes key, byte[] nonce, byte[] associated, byte[] plain) {
        try {
            return run(Cipher.ENCRYPT_MODE, key, nonce, associated, plain, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to encrypt", e);
        }
    }

    /**
     * Decrypts what begins at {@code offset}.
     *
     * @throws AEADBadTagException when anything was altered
     */
    byte[] decrypt(SecretBytes key, byte[] nonce, byte[] associated, byte[] sealed, int offset)
            throws AEADBadTagException {
        try {
            return run(Cipher.DECRYPT_MODE, key, nonce, associated, sealed, offset);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to decrypt", e);
        }
    }

    private byte[] run(int mode, SecretBytes key, byte[] nonce, byte[] associated, byte[] input, int offset)
            throws GeneralSecurityException {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce has 12 bytes");
        }
        Cipher cipher = ciphers.get();
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(input, offset, input.length - offset);
        } finally {
            cipher.init(Cipher.DECRYPT_MODE, NOTHING, NO_NONCE);
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES-GCM", e);
        }
    }
}
