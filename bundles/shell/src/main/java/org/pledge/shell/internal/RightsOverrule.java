package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Overriding;

/** Records that a purpose goes on despite an objection. */
@Service
@Command(
        scope = "rights",
        name = "overrule",
        description = "Records that a purpose goes on despite an objection, on grounds that were weighed",
        detailedDescription =
                """
            Example: rights:overrule --tenant iwebtrack REQUEST security compelling-grounds
            Nothing overrides an objection to promotion. Tell the person and that they can complain.
            """)
public final class RightsOverrule extends RightsCommand {
    @Argument(index = 1, name = "purpose", description = "A purpose that the request names", required = true)
    String purpose;

    @Argument(index = 2, name = "ground", description = "compelling-grounds or legal-claims", required = true)
    String ground;

    @Override
    int run() {
        service(RightsService.class).overrule(caller(), id(), purpose, oneOf(Overriding.class, "ground", ground));
        out().println(purpose + " goes on. Tell the person why, and that they can complain to an authority.");
        return 0;
    }
}
