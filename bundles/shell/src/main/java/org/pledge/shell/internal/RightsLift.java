package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

/** Takes a restriction or an objection back. */
@Service
@Command(
        scope = "rights",
        name = "lift",
        description = "Takes a restriction or an objection back that a request brought about",
        detailedDescription =
                """
            Example: rights:lift --tenant anonymizer REQUEST
            Of an opt-out that the policy takes for an objection, too, the objection; consents stay withdrawn.
            """)
public final class RightsLift extends RightsCommand {
    @Override
    int run() {
        var request = service(RightsService.class).lift(caller(), id());
        out().println("The " + request.type().name().toLowerCase(java.util.Locale.ROOT) + " of request " + request.id()
                + " is lifted.");
        return 0;
    }
}
