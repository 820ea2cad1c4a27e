package org.pledge.crypto.internal;

import java.util.Optional;

/** How the vault's root key is come by. Not thread-safe. */
interface RootSource {
    /** Whether its keys are for development and protect nothing. */
    boolean development();

    /** Whether it needs nobody, so that the vault opens at start. */
    boolean opensAlone();

    /** How many shares it takes; 0 where none are needed. */
    int needed();

    /** How many shares it was given. */
    int given();

    /**
     * Takes a share, which remains the caller's to wipe.
     *
     * @param keysExist whether the vault's database holds keys under a root key that must therefore be somewhere
     * @return the root key, once this was all it needs
     * @throws org.pledge.PledgeException saying what to do, when the share is not taken or the key not reached
     */
    Optional<RootKey> take(char[] share, boolean keysExist);

    /** Wipes the shares it was given. */
    default void forget() {}

    /** Wipes them when the last one was given long ago. */
    default void sweep() {}
}
