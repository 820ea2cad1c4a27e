package org.pledge.shell.internal;

import java.io.IOException;
import java.util.Arrays;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.VaultAdministration;

/** Takes one custodian's share of the vault's key. */
@Service
@Command(
        scope = "vault",
        name = "unseal",
        description = "Takes one custodian's share of the vault's key",
        detailedDescription =
                """
            Example: vault:unseal
            The share is asked for and not shown while it is typed; it is never given as an argument.
            """)
public final class VaultUnseal extends VaultCommand {
    @Override
    int run() throws IOException {
        VaultAdministration administration = administration();
        char[] share = OwnTerminal.of(session).secret("Share: ");
        VaultAdministration.Status status;
        try {
            status = administration.unseal(platform(), share);
        } finally {
            Arrays.fill(share, '\0');
        }
        if (status.seal() != VaultAdministration.Seal.SEALED) {
            out().println("The vault is open.");
            return 0;
        }
        out().println("The share is taken: " + status.sharesGiven() + " of " + status.sharesNeeded()
                + ". Another custodian gives the next one with vault:unseal.");
        return 0;
    }
}
