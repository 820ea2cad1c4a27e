package org.pledge.shell.internal;

import java.io.IOException;
import java.util.Arrays;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.access.SecondFactors;

/** Takes your new second factor into use. */
@Service
@Command(
        scope = "pledge",
        name = "second-factor-confirm",
        description = "Takes your new second factor into use",
        detailedDescription =
                """
            Example: pledge:second-factor-confirm --tenant korax
            The code is asked for and not shown while it is typed; it is never given as an argument.
            """)
public final class PledgeSecondFactorConfirm extends TenantCommand {
    @Override
    int run() throws IOException {
        Caller caller = caller();
        char[] code = OwnTerminal.of(session).code();
        try {
            service(SecondFactors.class).confirm(caller, code);
        } finally {
            Arrays.fill(code, '\0');
        }
        out().println("The second factor is in use. The next code is needed for the next command.");
        return 0;
    }
}
