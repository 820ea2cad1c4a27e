package org.pledge.crypto.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/** Secret keys of 256 bits in a PKCS#12 key store (RFC 7292). */
final class Pkcs12 {
    private static final int KEY_BYTES = 32;

    private final KeyStore store;

    private Pkcs12(KeyStore store) {
        this.store = store;
    }

    /** A key and the algorithm it is for. */
    record Entry(String algorithm, SecretBytes key) {}

    static byte[] encode(Map<String, Entry> entries, char[] password) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            for (Map.Entry<String, Entry> each : entries.entrySet()) {
                byte[] value = each.getValue().key().getEncoded();
                try {
                    SecretKeySpec key = new SecretKeySpec(value, each.getValue().algorithm());
                    store.setKeyEntry(each.getKey(), key, password, null);
                } finally {
                    SecretBytes.wipe(value);
                }
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a PKCS#12 key store", e);
        }
    }

    /** @throws IOException when it is damaged or the password is another */
    static Pkcs12 decode(byte[] content, char[] password) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            return new Pkcs12(store);
        } catch (GeneralSecurityException e) {
            throw new IOException("not a PKCS#12 key store", e);
        }
    }

    /** The key of that name; empty where there is none of 256 bits. */
    Optional<SecretBytes> key(String alias, char[] password) throws IOException {
        try {
            Key key = store.getKey(alias, password);
            byte[] value = key == null || key.getEncoded() == null ? new byte[0] : key.getEncoded();
            return value.length == KEY_BYTES ? Optional.of(SecretBytes.of(value)) : Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IOException("the key does not open", e);
        }
    }
}
