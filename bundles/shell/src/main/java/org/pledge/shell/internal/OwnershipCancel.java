package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipService;

/** Gives a transfer with a change of ownership up. */
@Service
@Command(
        scope = "ownership",
        name = "cancel",
        description = "Gives a transfer up; what was queued stays",
        detailedDescription = """
            Example: ownership:cancel --tenant anyip TRANSFER
            """)
public final class OwnershipCancel extends OwnershipCommand {
    @Override
    int run() {
        service(OwnershipService.class).cancel(caller(), id());
        out().println("Cancelled. Nothing more goes; what is queued can be cancelled one by one.");
        return 0;
    }
}
