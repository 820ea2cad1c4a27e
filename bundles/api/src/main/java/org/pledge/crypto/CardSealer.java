package org.pledge.crypto;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;

/**
 * Seals cards under one key per card, by keys that belong to the vault alone. The record format is that of
 * {@link Sealer}; the card is part of the associated data. Every method that needs a key refuses with kind
 * {@code UNAVAILABLE} while the vault is sealed, and joins the current transaction of the vault's store. Thread-safe.
 */
public interface CardSealer {
    /**
     * The place a record belongs to; a record moved to another place does not open.
     *
     * @param card whose key seals it
     * @param entity what kind of row, such as {@code card}
     * @param column which value of the row, such as {@code number}
     */
    record Place(TenantId tenant, UUID card, String entity, String column) {}

    /** Seals {@code plain} under the card's key, making that key first. The caller wipes {@code plain}. */
    byte[] seal(Place place, byte[] plain);

    /**
     * Seals the first values of a card under a key that is made for it; its identifier is fresh, so that nobody looks
     * for a key it has already. The caller wipes the values.
     *
     * @param plain the values by their places, which are all of the same card
     * @return the sealed values by their places
     */
    Map<Place, byte[]> sealNew(Map<Place, byte[]> plain);

    /**
     * Opens what {@link #seal} made for the same place. The caller wipes the result.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the card's key is destroyed
     * @throws SecurityException when the record was altered or belongs to another place
     */
    byte[] open(Place place, byte[] sealed);

    /** Destroys a card's key once the transaction commits; repeating it is harmless. */
    void destroyKey(TenantId tenant, UUID card);

    /**
     * HMAC-SHA-256 of {@code value} under a lookup key of the vault for this tenant and use.
     *
     * @return 32 bytes
     */
    byte[] token(TenantId tenant, String use, byte[] value);

    /**
     * A public key that cards are encrypted to, on P-256 or X25519 (RFC 7748).
     *
     * @param x the first coordinate on P-256, or the number on X25519, little end first; 32 bytes
     * @param y the second coordinate on P-256, 32 bytes; on X25519, which has none, empty
     * @param retired when a newer one took its place
     */
    record IntakeKey(String kid, byte[] x, byte[] y, Instant made, Optional<Instant> retired) {}

    /**
     * The intake keys that are still taken: the current one on P-256, the current one on X25519, then retired ones; makes
     * the first ones.
     */
    List<IntakeKey> intakeKeys();

    /**
     * The shared secret of an intake key and a sender's ephemeral key (RFC 7518, 4.6), 32 bytes that the caller wipes.
     *
     * @param x the first coordinate of the sender's key, or its number on X25519; 32 bytes
     * @param y the second coordinate, 32 bytes; empty on X25519 (RFC 8037, 3.2)
     * @throws org.pledge.PledgeException {@code INVALID} when the kid is unknown, no longer taken, or of the other curve,
     *     the point is not on the curve, or is one of low order (RFC 7748, 6.1)
     */
    byte[] agree(String kid, byte[] x, byte[] y);
}
