package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Evidence;

/** Records that somebody showed that they are the guardian of a child. */
@Service
@Command(
        scope = "rights",
        name = "guardian",
        description = "Records that somebody showed that they are the guardian of a child",
        detailedDescription =
                """
            Example: rights:guardian --tenant anyip REQUEST official-decision
            Only the kind of evidence is kept; keep no copy yourself.
            """)
public final class RightsGuardian extends RightsCommand {
    @Argument(
            index = 1,
            name = "evidence",
            description = "signed-form, birth-certificate, official-decision, payment or call",
            required = true)
    String evidence;

    @Override
    int run() {
        print(service(RightsService.class).assertGuardian(caller(), id(), oneOf(Evidence.class, "evidence", evidence)));
        return 0;
    }
}
