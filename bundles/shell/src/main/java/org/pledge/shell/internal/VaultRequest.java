package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.pledge.vault.RevealService;

/** Records that a customer asked for something that takes a card's number. */
@Service
@Command(
        scope = "vault",
        name = "request",
        description = "Records that a customer asked for something that takes a card's number",
        detailedDescription =
                """
            Example: vault:request --tenant korax TOKEN edit T-1042
            TYPE is edit, delete, add or charge; TICKET is the request in your own system. A second person approves it.
            """)
public final class VaultRequest extends TenantCommand {
    @Argument(index = 0, name = "token", description = "The token of the card", required = true)
    String token;

    @Argument(index = 1, name = "type", description = "edit, delete, add or charge", required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"edit", "delete", "add", "charge"})
    String type;

    @Argument(index = 2, name = "ticket", description = "The customer's request in your own system", required = true)
    String ticket;

    @Override
    int run() {
        RevealService.Request request = service(RevealService.class)
                .open(caller(), token, oneOf(RevealService.Type.class, "type", type), ticket);
        out().println(request.id().toString());
        if (forPeople()) {
            out().println("Until " + request.expires()
                    + " somebody else approves it with vault:approve, and a custodian"
                    + " who did not sees the number once with vault:reveal.");
        }
        return 0;
    }
}
