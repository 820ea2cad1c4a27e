package org.pledge.shell.internal;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.access.SecondFactors;

/** Makes the secret of your second factor and shows it this once. */
@Service
@Command(
        scope = "pledge",
        name = "second-factor-enrol",
        description = "Makes the secret of your second factor and shows it this once",
        detailedDescription =
                """
            Example: pledge:second-factor-enrol --tenant korax
            Type the secret into an authenticator app, or make a QR code of the otpauth address on a machine of your own.
            It is wiped from the screen with the next Enter, or after five minutes. Then take it into use with
            pledge:second-factor-confirm. vault:approve and vault:reveal ask for a code of it.
            """)
public final class PledgeSecondFactorEnrol extends TenantCommand {
    @Override
    int run() throws IOException {
        Caller caller = caller();
        OwnTerminal terminal = OwnTerminal.of(session);
        SecondFactors.Enrolment enrolment = service(SecondFactors.class).enrol(caller);
        terminal.showApart("Secret   " + enrolment.secret() + "\nAddress  " + enrolment.uri() + "\n");
        out().println("Take it into use: pledge:second-factor-confirm --tenant " + caller.tenant());
        return 0;
    }
}
