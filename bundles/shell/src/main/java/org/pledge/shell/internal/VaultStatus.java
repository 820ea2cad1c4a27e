package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.VaultAdministration;

/** Shows whether the vault is sealed, and how many shares were given. */
@Service
@Command(
        scope = "vault",
        name = "status",
        description = "Shows whether the vault is sealed, and how many shares were given",
        detailedDescription =
                """
            Example: vault:status
            Exit code 5 while it is sealed.
            """)
public final class VaultStatus extends VaultCommand {
    @Override
    int run() {
        VaultAdministration.Status status = administration().status();
        print(rows(status));
        return status.seal() == VaultAdministration.Seal.SEALED ? SEALED : 0;
    }
}
