package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

/** Confirms a request to the person by a message. */
@Service
@Command(
        scope = "rights",
        name = "confirm",
        description = "Confirms a request to the person by a message",
        detailedDescription =
                """
            Example: rights:confirm --tenant korax REQUEST
            The message has the request's identifier and last day. Whether anybody gets it is not told.
            """)
public final class RightsConfirm extends RightsCommand {
    @Override
    int run() {
        print(service(RightsService.class).confirm(caller(), id()));
        return 0;
    }
}
