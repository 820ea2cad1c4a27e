package org.pledge.vault.internal;

import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.crypto.VaultKeys;

/** Lets nothing through while the vault is sealed. */
final class Unsealed {
    private final VaultKeys keys;

    Unsealed(VaultKeys keys) {
        this.keys = keys;
    }

    void require() {
        if (!keys.status().open()) {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed").remedy("Custodians: vault:unseal");
        }
    }
}
