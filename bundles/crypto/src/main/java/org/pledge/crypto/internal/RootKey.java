package org.pledge.crypto.internal;

/** The key over all other keys of the vault, wherever it is. The first byte of what it wraps says how it was done. */
interface RootKey extends AutoCloseable {
    /**
     * Wraps a key.
     *
     * @param use what kind of key it is, such as {@code epoch key}
     * @param name which of them; a wrapped key opens only under its own use and name
     */
    byte[] wrap(String use, String name, SecretBytes key);

    /** @throws SecurityException when the key was altered, moved, or wrapped under another root key */
    SecretBytes unwrap(String use, String name, byte[] wrapped);

    /** Forgets the key. */
    @Override
    void close();

    /** What to say of a wrapped key that does not open. */
    static SecurityException refusal() {
        return new SecurityException("a wrapped key was altered, moved, or wrapped under another root key");
    }
}
