package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

/** Sends a code to the address that is held, to verify who asks. */
@Service
@Command(
        scope = "rights",
        name = "send-code",
        description = "Sends a code to the address that is held, to verify who asks",
        detailedDescription =
                """
            Example: rights:send-code --tenant korax REQUEST
            Whether anything was sent is not told, as it would tell who is known.
            """)
public final class RightsSendCode extends RightsCommand {
    @Override
    int run() {
        service(RightsService.class).sendCode(caller(), id());
        out().println("If an address is held and a code is enough, one is on its way. It is good for ten minutes.");
        return 0;
    }
}
