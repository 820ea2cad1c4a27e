package org.pledge.shell.internal;

import java.util.List;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.vault.VaultAdministration;

/** A command about the vault as a whole, which belongs to no tenant. */
abstract class VaultCommand extends PledgeCommand {
    /** Exit code while the vault is sealed. */
    static final int SEALED = 5;

    private static final TenantId PLATFORM = new TenantId("platform");

    VaultAdministration administration() {
        return service(VaultAdministration.class);
    }

    Caller platform() {
        return callerOf(PLATFORM);
    }

    static Rows rows(VaultAdministration.Status status) {
        return new Rows("Vault", "Shares given", "Shares needed")
                .add(status.seal(), status.sharesGiven(), status.sharesNeeded());
    }

    static Rows rows(List<VaultAdministration.Key> keys) {
        Rows rows = new Rows("Key", "Made", "Cards", "Current");
        keys.forEach(key -> rows.add(key.name(), key.made(), key.cards(), key.current()));
        return rows;
    }
}
