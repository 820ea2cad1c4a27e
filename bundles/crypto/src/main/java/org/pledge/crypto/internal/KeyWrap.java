package org.pledge.crypto.internal;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** AES-KWP (RFC 5649), with one {@link Cipher} per thread. */
final class KeyWrap {
    private static final SecretBytes NOTHING = SecretBytes.of(new byte[32]);

    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(KeyWrap::cipher);

    byte[] wrap(SecretBytes under, SecretBytes key) {
        byte[] plain = key.getEncoded();
        try {
            return run(Cipher.ENCRYPT_MODE, under, plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-KWP refused to wrap a key", e);
        } finally {
            SecretBytes.wipe(plain);
        }
    }

    /** @throws SecurityException when the key was wrapped under another key, or altered */
    SecretBytes unwrap(SecretBytes under, byte[] wrapped) {
        try {
            return SecretBytes.of(run(Cipher.DECRYPT_MODE, under, wrapped));
        } catch (GeneralSecurityException e) {
            throw new SecurityException("a wrapped key was altered, or wrapped under another key", e);
        }
    }

    private byte[] run(int mode, SecretBytes under, byte[] input) throws GeneralSecurityException {
        Cipher cipher = ciphers.get();
        try {
            cipher.init(mode, under);
            return cipher.doFinal(input);
        } finally {
            cipher.init(Cipher.DECRYPT_MODE, NOTHING);
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/KWP/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES-KWP", e);
        }
    }
}
