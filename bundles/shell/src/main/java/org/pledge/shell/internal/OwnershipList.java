package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipService;

/** Lists transfers with a change of ownership. */
@Service
@Command(
        scope = "ownership",
        name = "list",
        description = "Lists transfers with a change of ownership, newest first",
        detailedDescription = """
            Example: ownership:list --tenant anyip
            """)
public final class OwnershipList extends TenantCommand {
    @Override
    int run() {
        print(OwnershipCommand.rows(service(OwnershipService.class).transfers(caller())));
        return 0;
    }
}
