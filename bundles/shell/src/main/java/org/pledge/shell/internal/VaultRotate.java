package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.VaultAdministration;

/** Makes a new wrapping key and new intake keys; cards from now on use them. */
@Service
@Command(
        scope = "vault",
        name = "rotate",
        description = "Makes a new wrapping key and new intake keys; cards from now on use them",
        detailedDescription =
                """
            Example: vault:rotate
            What is stored keeps its key until vault:rewrap.
            """)
public final class VaultRotate extends VaultCommand {
    @Override
    int run() {
        VaultAdministration.Key key = administration().rotate(platform());
        out().println("The key " + key.name() + " is in use from now on. Run vault:rewrap to move all cards to it.");
        return 0;
    }
}
