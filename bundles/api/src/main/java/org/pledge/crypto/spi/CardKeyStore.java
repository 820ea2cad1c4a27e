package org.pledge.crypto.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;

/** Keeps the vault's wrapped keys; it never sees one in the clear. Every method joins the vault's transaction. */
public interface CardKeyStore {
    /** A card's key. */
    record CardKey(TenantId tenant, UUID card, WrappedKey key) {}

    /**
     * A key that wraps cards' keys.
     *
     * @param name such as {@code 2026-11.1}
     * @param wrapped under the root key
     */
    record EpochKey(String name, byte[] wrapped, Instant made) {}

    /**
     * A key pair for intake.
     *
     * @param publicKey on P-256 the uncompressed point, 65 bytes; on X25519 the number, 32 bytes
     * @param sealed the private key, wrapped under the root key
     */
    record IntakeKeyPair(String kid, byte[] publicKey, byte[] sealed, Instant made, Optional<Instant> retired) {}

    /** A card's key, if it was made and not destroyed. */
    Optional<WrappedKey> cardKey(TenantId tenant, UUID card);

    /** Keeps a card's first key; false, and nothing kept, when there is one already. */
    boolean putCardKey(TenantId tenant, UUID card, WrappedKey key);

    /**
     * Adds the first key of a card that has none, and keeps its epoch's key from being removed until this transaction
     * ends, as {@link #holdEpochKey} does. Where that epoch's key is gone, or the card has a key, nothing is kept and the
     * transaction is run again; when that does not help it is refused as {@code UNAVAILABLE}.
     */
    void addCardKey(TenantId tenant, UUID card, WrappedKey key);

    /** Puts {@code after} in the place of {@code before}; false, and nothing changed, when it is no longer there. */
    boolean replaceCardKey(TenantId tenant, UUID card, WrappedKey before, WrappedKey after);

    /** A card's key, and the same key wrapped anew. */
    record Replacement(TenantId tenant, UUID card, WrappedKey before, WrappedKey after) {}

    /** As {@link #replaceCardKey} for many cards at once; how many were replaced. */
    default int replaceCardKeys(List<Replacement> replacements) {
        int replaced = 0;
        for (Replacement each : replacements) {
            if (replaceCardKey(each.tenant(), each.card(), each.before(), each.after())) {
                replaced++;
            }
        }
        return replaced;
    }

    /** Removes a card's key; removing what is not there is harmless. */
    void removeCardKey(TenantId tenant, UUID card);

    /** Up to {@code limit} cards' keys that are wrapped under another epoch than this. */
    List<CardKey> keysOutside(String epoch, int limit);

    /** How many cards' keys there are under each epoch. */
    Map<String, Long> keysByEpoch();

    /** The epoch keys, newest first. */
    List<EpochKey> epochKeys();

    /** Keeps an epoch's key; false, and nothing kept, when there is one already. */
    boolean putEpochKey(EpochKey key);

    /**
     * Keeps an epoch's key from being removed until this transaction ends, as a shared lock of its row does: any number
     * may hold it at once. False when there is none. Who wraps a card's key holds the key that wraps it.
     */
    boolean holdEpochKey(String name);

    /**
     * Removes an epoch's key, once nobody else holds it any more; removing what is not there is harmless. What others
     * committed while this waited is seen by {@link #keysByEpoch} afterwards.
     */
    void removeEpochKey(String name);

    /** The intake keys, newest first. */
    List<IntakeKeyPair> intakeKeys();

    /** Keeps an intake key, replacing one of the same kid. */
    void putIntakeKey(IntakeKeyPair key);

    /** Removes an intake key; removing what is not there is harmless. */
    void removeIntakeKey(String kid);
}
