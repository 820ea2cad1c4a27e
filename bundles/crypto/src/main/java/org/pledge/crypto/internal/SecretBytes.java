package org.pledge.crypto.internal;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key that can be wiped, which {@link javax.crypto.spec.SecretKeySpec} cannot; a wiped key refuses to be used. */
final class SecretBytes implements SecretKey, AutoCloseable {
    private static final long serialVersionUID = 1L;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final transient byte[] value;
    private transient boolean wiped;

    private SecretBytes(byte[] value) {
        this.value = value;
    }

    /** Takes over the array, which nobody else may keep. */
    static SecretBytes of(byte[] value) {
        return new SecretBytes(value);
    }

    static SecretBytes random(int length) {
        byte[] value = new byte[length];
        RANDOM.nextBytes(value);
        return new SecretBytes(value);
    }

    /** A part of an array that remains the caller's. */
    static SecretBytes copyOf(byte[] source, int from, int to) {
        return new SecretBytes(Arrays.copyOfRange(source, from, to));
    }

    static void wipe(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
    }

    /** The same key with a life of its own. */
    SecretBytes copy() {
        return new SecretBytes(getEncoded());
    }

    /** A copy of the bytes; whoever asked wipes it. */
    @Override
    public synchronized byte[] getEncoded() {
        if (wiped) {
            throw new IllegalStateException("this key was wiped");
        }
        return value.clone();
    }

    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** Wipes the key. */
    @Override
    public synchronized void close() {
        wipe(value);
        wiped = true;
    }

    @Override
    public void destroy() {
        close();
    }

    @Override
    public synchronized boolean isDestroyed() {
        return wiped;
    }

    @Override
    public String toString() {
        return "SecretBytes";
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("a key is never serialised");
    }
}
