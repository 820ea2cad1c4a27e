package org.pledge.crypto.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A root key in memory; it wraps by AES-KWP under a key derived for the use and the name. */
final class MemoryRootKey implements RootKey {
    static final byte FORM = 1;
    private static final byte[] NO_SALT = new byte[0];

    private final SecretBytes key;
    private final Hmac hmac = new Hmac();
    private final KeyWrap wrap = new KeyWrap();

    /** Takes over the key. */
    MemoryRootKey(SecretBytes key) {
        this.key = key;
    }

    @Override
    public byte[] wrap(String use, String name, SecretBytes each) {
        try (SecretBytes under = derived(use, name)) {
            byte[] wrapped = wrap.wrap(under, each);
            return ByteBuffer.allocate(1 + wrapped.length)
                    .put(FORM)
                    .put(wrapped)
                    .array();
        }
    }

    @Override
    public SecretBytes unwrap(String use, String name, byte[] wrapped) {
        if (wrapped.length == 0 || wrapped[0] != FORM) {
            throw RootKey.refusal();
        }
        try (SecretBytes under = derived(use, name)) {
            return wrap.unwrap(under, Arrays.copyOfRange(wrapped, 1, wrapped.length));
        }
    }

    private SecretBytes derived(String use, String name) {
        return SecretBytes.of(hmac.hkdf(key, NO_SALT, Fields.of("pledge vault wrap 1", use, name), Hmac.BYTES));
    }

    @Override
    public void close() {
        key.close();
    }
}
