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

/** Shows a card's number once, on this terminal, for an approved request. */
@Service
@Command(
        scope = "vault",
        name = "reveal",
        description = "Shows a card's number once, on this terminal, for an approved request",
        detailedDescription =
                """
            Example: vault:reveal --tenant korax ID
            Asks for a code of your second factor (pledge:second-factor-enrol), which is not shown while it is typed.
            The number is wiped from the screen with the next Enter, or after a minute. It cannot be redirected, piped or
            asked for without a terminal. That it was shown is recorded first, and the customer sees the record.
            """)
public final class VaultReveal extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The request, as vault:requests shows it", required = true)
    String id;

    @Override
    int run() throws IOException {
        Caller custodian = caller();
        custodian.require(Role.CUSTODIAN);
        UUID request = Ids.uuid(id);
        OwnTerminal terminal = OwnTerminal.of(session);
        char[] code = terminal.code();
        try {
            terminal.showOnce(
                    shown -> service(RevealService.class).reveal(custodian, request, remoteAddress(), code, shown));
        } finally {
            Arrays.fill(code, '\0');
        }
        return 0;
    }
}
