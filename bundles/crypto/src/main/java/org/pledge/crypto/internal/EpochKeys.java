package org.pledge.crypto.internal;

import java.util.Optional;

/** The keys that data keys are wrapped under, tenant by tenant. Every method joins the current transaction. */
interface EpochKeys {
    /** The epoch for new keys, whose key is there until this transaction ends. */
    String current();

    /** A copy of an epoch's key, which the caller wipes; empty where it was destroyed. */
    Optional<SecretBytes> key(String epoch);
}
