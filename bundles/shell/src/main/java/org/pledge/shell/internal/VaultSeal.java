package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.VaultAdministration;

/** Forgets every key of the vault; all of it answers 503 until it is unsealed. */
@Service
@Command(
        scope = "vault",
        name = "seal",
        description = "Forgets every key of the vault; all of it answers 503 until it is unsealed",
        detailedDescription = """
            Example: vault:seal
            """)
public final class VaultSeal extends VaultCommand {
    @Override
    int run() {
        VaultAdministration.Status status = administration().seal(platform());
        out().println(
                        status.seal() == VaultAdministration.Seal.SEALED
                                ? "The vault is sealed. Custodians open it with vault:unseal."
                                : "The vault opened itself again, because its key needs no custodian.");
        return 0;
    }
}
