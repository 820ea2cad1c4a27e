package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.RevealService;

/** Approves somebody else's request to see a card's number. */
@Service
@Command(
        scope = "vault",
        name = "approve",
        description = "Approves somebody else's request to see a card's number",
        detailedDescription =
                """
            Example: vault:approve --tenant korax ID
            Whoever approves a request does not see the number.
            """)
public final class VaultApprove extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The request, as vault:requests shows it", required = true)
    String id;

    @Override
    int run() {
        RevealService.Request request = service(RevealService.class).approve(caller(), Ids.uuid(id));
        out().println("Request " + request.id() + " is " + request.state() + " until " + request.expires() + ".");
        return 0;
    }
}
