package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Wraps every card's key anew under the current key. */
@Service
@Command(
        scope = "vault",
        name = "rewrap",
        description = "Wraps every card's key anew under the current key",
        detailedDescription =
                """
            Example: vault:rewrap
            It can be stopped at any time; called again, it goes on where it was. Nothing else waits for it.
            """)
public final class VaultRewrap extends VaultCommand {
    @Override
    int run() {
        long done = administration().rewrap(platform(), count -> {
            if (forPeople()) {
                out().print("\r" + count + " cards");
                out().flush();
            }
        });
        out().println((forPeople() ? "\r" : "") + done + " cards are wrapped anew.");
        return 0;
    }
}
