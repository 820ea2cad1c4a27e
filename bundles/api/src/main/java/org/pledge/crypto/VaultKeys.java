package org.pledge.crypto;

import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;

/** The vault's key ring: sealed until its root key is at hand. It checks no roles and records nothing. Thread-safe. */
public interface VaultKeys {
    /**
     * How it stands.
     *
     * @param open whether the root key is at hand
     * @param development whether the keys are for development and protect nothing
     * @param sharesGiven how many shares were given since it was sealed
     * @param sharesNeeded how many it takes; 0 where none are needed
     */
    record Status(boolean open, boolean development, int sharesGiven, int sharesNeeded) {}

    /** A key that wraps cards' keys. */
    record WrappingKey(String name, Instant made, long cards, boolean current) {}

    /** How it stands. */
    Status status();

    /**
     * Takes one custodian's share.
     *
     * @param share wiped before this returns; a token's PIN where that is typed, and empty where no share is needed
     * @throws org.pledge.PledgeException {@code INVALID} for a share that is mistyped, given twice or of another set;
     *     the shares given so far are kept
     */
    Status unseal(char[] share);

    /** Wipes every key in memory; harmless while sealed. */
    Status seal();

    /** The wrapping keys, newest first. */
    List<WrappingKey> wrappingKeys();

    /** Makes a new wrapping key and new intake keys. */
    WrappingKey rotate();

    /** As {@code VaultAdministration.rewrap}: batches, each in a transaction of its own. */
    long rewrap(LongConsumer progress);
}
