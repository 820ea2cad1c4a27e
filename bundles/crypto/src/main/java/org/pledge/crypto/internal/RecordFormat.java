package org.pledge.crypto.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.Sealer;

/** Seals and opens one record under a data key, as the package description defines it. */
final class RecordFormat<P> {
    static final byte VERSION = 1;
    static final int SALT_BYTES = 16;
    static final int COMMITMENT_BYTES = 32;
    static final int HEADER_BYTES = 1 + SALT_BYTES + COMMITMENT_BYTES;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_END = KEY_BYTES + Gcm.NONCE_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] info;
    private final Function<P, byte[]> associated;
    private final Hmac hmac = new Hmac();
    private final Gcm gcm = new Gcm();

    private RecordFormat(String label, Function<P, byte[]> associated) {
        this.info = Fields.of(label);
        this.associated = associated;
    }

    /** The records of data subjects. */
    static RecordFormat<Sealer.Place> ofSubjects() {
        return new RecordFormat<>("pledge record 1", RecordFormat::associated);
    }

    /** The records of cards. */
    static RecordFormat<CardSealer.Place> ofCards() {
        return new RecordFormat<>("pledge card record 1", RecordFormat::associated);
    }

    byte[] seal(SecretBytes dataKey, P place, byte[] plain) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return seal(dataKey, place, plain, salt);
    }

    /** As {@link #seal(SecretBytes, Object, byte[])} with a salt that must never be used twice under one key. */
    byte[] seal(SecretBytes dataKey, P place, byte[] plain, byte[] salt) {
        try (Derived derived = derive(dataKey, salt)) {
            byte[] ciphertext = gcm.encrypt(derived.key(), derived.nonce(), associated.apply(place), plain);
            return ByteBuffer.allocate(HEADER_BYTES + ciphertext.length)
                    .put(VERSION)
                    .put(salt)
                    .put(derived.commitment())
                    .put(ciphertext)
                    .array();
        }
    }

    /** @throws SecurityException when the record was altered, moved, or sealed under another key */
    byte[] open(SecretBytes dataKey, P place, byte[] sealed) {
        if (sealed.length < HEADER_BYTES + Gcm.TAG_BYTES || sealed[0] != VERSION) {
            throw refusal();
        }
        byte[] salt = Arrays.copyOfRange(sealed, 1, 1 + SALT_BYTES);
        byte[] commitment = Arrays.copyOfRange(sealed, 1 + SALT_BYTES, HEADER_BYTES);
        try (Derived derived = derive(dataKey, salt)) {
            if (!MessageDigest.isEqual(derived.commitment(), commitment)) {
                throw refusal();
            }
            return gcm.decrypt(derived.key(), derived.nonce(), associated.apply(place), sealed, HEADER_BYTES);
        } catch (AEADBadTagException e) {
            throw refusal();
        }
    }

    private static SecurityException refusal() {
        return new SecurityException("a sealed record was altered, or belongs to another place");
    }

    /** What one record is sealed with. */
    record Derived(SecretBytes key, byte[] nonce, byte[] commitment) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }

        @Override
        public String toString() {
            return "Derived";
        }
    }

    Derived derive(SecretBytes dataKey, byte[] salt) {
        byte[] bytes = hmac.hkdf(dataKey, salt, info, NONCE_END + COMMITMENT_BYTES);
        try {
            return new Derived(
                    SecretBytes.copyOf(bytes, 0, KEY_BYTES),
                    Arrays.copyOfRange(bytes, KEY_BYTES, NONCE_END),
                    Arrays.copyOfRange(bytes, NONCE_END, bytes.length));
        } finally {
            SecretBytes.wipe(bytes);
        }
    }

    static byte[] associated(Sealer.Place place) {
        return Fields.of(
                Fields.utf8(place.tenant().value()),
                Fields.utf8(place.entity()),
                Fields.utf8(place.column()),
                bytes(place.subject().high(), place.subject().low()),
                new byte[] {VERSION});
    }

    static byte[] associated(CardSealer.Place place) {
        return Fields.of(
                Fields.utf8("card"),
                Fields.utf8(place.tenant().value()),
                Fields.utf8(place.entity()),
                Fields.utf8(place.column()),
                bytes(place.card()),
                new byte[] {VERSION});
    }

    private static byte[] bytes(UUID id) {
        return bytes(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static byte[] bytes(long high, long low) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
    }
}
