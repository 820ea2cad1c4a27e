package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;

/** Approves a legal hold as the second person. */
@Service
@Command(
        scope = "retention",
        name = "approve",
        description = "Approves a legal hold as the second person",
        detailedDescription = """
            Example: retention:approve --tenant anyip HOLD
            """)
public final class RetentionApprove extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The hold", required = true)
    String id;

    @Override
    int run() {
        Hold hold = service(HoldService.class).approve(caller(), Ids.uuid(id));
        out().println("Hold " + hold.id() + " is in force until " + hold.ends() + ".");
        return 0;
    }
}
