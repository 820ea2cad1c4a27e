package org.pledge.shell.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.Role;
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
            Whoever approves a request does not see the number. Asks for a code of your second factor
            (pledge:second-factor-enrol), which is not shown while it is typed.
            """)
public final class VaultApprove extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The request, as vault:requests shows it", required = true)
    String id;

    @Override
    int run() throws IOException {
        Caller caller = caller();
        caller.require(Role.CUSTODIAN, Role.OFFICER);
        UUID which = Ids.uuid(id);
        char[] code = OwnTerminal.of(session).code();
        RevealService.Request request;
        try {
            request = service(RevealService.class).approve(caller, which, code);
        } finally {
            Arrays.fill(code, '\0');
        }
        out().println("Request " + request.id() + " is " + request.state() + " until " + request.expires() + ".");
        return 0;
    }
}
