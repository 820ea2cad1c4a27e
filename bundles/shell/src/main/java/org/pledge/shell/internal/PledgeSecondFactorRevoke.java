package org.pledge.shell.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.access.SecondFactors;

/** Ends a second factor. */
@Service
@Command(
        scope = "pledge",
        name = "second-factor-revoke",
        description = "Ends a second factor",
        detailedDescription =
                """
            Example: pledge:second-factor-revoke --tenant korax
            Example: pledge:second-factor-revoke --tenant korax staff-17
            Your own is ended with a code of it, which is asked for. Somebody else's, such as that of a lost phone, is
            ended by an administrator without one.
            """)
public final class PledgeSecondFactorRevoke extends TenantCommand {
    @Argument(index = 0, name = "holder", description = "Whose; your own if left out")
    String holder;

    @Override
    int run() throws IOException {
        Caller caller = caller();
        String whose = Optional.ofNullable(holder).orElse(caller.holder());
        boolean own = whose.equalsIgnoreCase(caller.holder());
        char[] code = own ? OwnTerminal.of(session).code() : new char[0];
        try {
            if (!service(SecondFactors.class).revoke(caller, whose, code)) {
                throw new PledgeException(PledgeException.Kind.NOT_FOUND, "there is no second factor of that holder")
                        .remedy("Check the holder: it is the name of a login, or what pledge:credentials shows.");
            }
        } finally {
            Arrays.fill(code, '\0');
        }
        out().println("The second factor is ended.");
        return 0;
    }
}
