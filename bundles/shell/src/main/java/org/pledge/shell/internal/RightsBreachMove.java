package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;

/** Takes the case of a breach on. */
@Service
@Command(
        scope = "rights",
        name = "breach-move",
        description = "Takes the case of a breach on",
        detailedDescription =
                """
            Example: rights:breach-move --tenant korax BREACH notified-authority risk
            """)
public final class RightsBreachMove extends TenantCommand {
    @Argument(index = 0, name = "breach", description = "The identifier of the case", required = true)
    String breach;

    @Argument(
            index = 1,
            name = "state",
            description = "investigating, notified-authority, closed or dismissed",
            required = true)
    String state;

    @Argument(
            index = 2,
            name = "reason",
            description = "unclear, risk, no-risk, no-personal-data, duplicate or remedied",
            required = true)
    String reason;

    @Override
    int run() {
        print(BreachRows.of(List.of(service(BreachService.class)
                .move(
                        caller(),
                        Ids.uuid(breach),
                        oneOf(State.class, "state", state),
                        oneOf(Reason.class, "reason", reason)))));
        return 0;
    }
}
