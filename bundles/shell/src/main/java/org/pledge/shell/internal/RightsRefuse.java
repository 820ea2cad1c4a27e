package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Ground;

/** Refuses a request. */
@Service
@Command(
        scope = "rights",
        name = "refuse",
        description = "Refuses a request",
        detailedDescription =
                """
            Example: rights:refuse --tenant korax REQUEST legal-claims
            """)
public final class RightsRefuse extends RightsCommand {
    @Argument(
            index = 1,
            name = "ground",
            description = "unverified, unfounded, excessive, legal-obligation, legal-claims, rights-of-others or"
                    + " compelling-grounds",
            required = true)
    String ground;

    @Override
    int run() {
        print(service(RightsService.class).refuse(caller(), id(), oneOf(Ground.class, "ground", ground)));
        return 0;
    }
}
