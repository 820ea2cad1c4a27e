package org.pledge.vault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.pledge.Caller;

/** Seals, unseals and rotates the vault's keys, and reports without data. Thread-safe. */
public interface VaultAdministration {
    /** Whether the vault's root key is at hand. */
    enum Seal {
        /** It needs the custodians' shares. */
        SEALED,
        /** It is open. */
        OPEN,
        /** It is open with keys for development, which protect nothing. */
        DEVELOPMENT
    }

    /**
     * How the vault stands.
     *
     * @param sharesGiven how many shares were typed in since it was sealed
     * @param sharesNeeded how many it takes; 0 where the root key is in a PKCS#11 token
     */
    record Status(Seal seal, int sharesGiven, int sharesNeeded) {}

    /**
     * One key that wraps others.
     *
     * @param name such as {@code 2026-11.1}
     * @param cards how many cards' keys are wrapped under it
     * @param current whether new cards use it
     */
    record Key(String name, Instant made, long cards, boolean current) {}

    /**
     * Counts, keys and ages; never data.
     *
     * @param cardsByNetwork how many cards there are
     * @param expiredCards how many are past their expiry
     * @param paymentsByState how many movements there are
     * @param oldestInDoubt the age of the oldest movement in doubt, or zero
     * @param openRequests how many requests to reveal are open or approved
     * @param reveals30Days how many numbers were shown in the last 30 days
     */
    record Report(
            Status status,
            Map<Network, Long> cardsByNetwork,
            long expiredCards,
            Map<PaymentService.State, Long> paymentsByState,
            Duration oldestInDoubt,
            long openRequests,
            long reveals30Days,
            List<Key> keys) {}

    /** How the vault stands; asks for no role and answers while sealed. */
    Status status();

    /**
     * Gives one custodian's share; the vault opens with the last one needed. Roles: custodian.
     *
     * @param share as printed when the keys were made; wiped before this returns
     */
    Status unseal(Caller caller, char[] share);

    /** Forgets every key. Roles: custodian, admin. */
    Status seal(Caller caller);

    /** The keys that wrap others, newest first. Roles: custodian, auditor. */
    List<Key> keys(Caller caller);

    /** Makes a new wrapping key, and new intake keys; cards stored from now on use them. Roles: custodian. */
    Key rotate(Caller caller);

    /**
     * Wraps every card's key anew under the current wrapping key; goes on where an earlier call stopped, and destroys
     * the older wrapping keys that nothing uses any more. Roles: custodian.
     *
     * @param progress told how many are done in this call
     * @return how many were done in this call
     */
    long rewrap(Caller caller, LongConsumer progress);

    /** Counts, keys and ages of a tenant's part. Roles: custodian, auditor, officer. */
    Report report(Caller caller);
}
