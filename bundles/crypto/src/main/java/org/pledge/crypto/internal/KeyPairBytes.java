package org.pledge.crypto.internal;

/**
 * A key pair of intake.
 *
 * @param open the public key: on P-256 the uncompressed point of 65 bytes, on X25519 its number of 32
 * @param secret the private number of 32 bytes
 */
record KeyPairBytes(byte[] open, SecretBytes secret) implements AutoCloseable {
    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "KeyPairBytes";
    }
}
