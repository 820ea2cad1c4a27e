package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Transfer;

/** Approves a transfer with a change of ownership. */
@Service
@Command(
        scope = "ownership",
        name = "approve",
        description = "Approves a transfer; two people have to",
        detailedDescription = """
            Example: ownership:approve --tenant anyip TRANSFER
            """)
public final class OwnershipApprove extends OwnershipCommand {
    @Override
    int run() {
        Transfer approved = service(OwnershipService.class).approve(caller(), id());
        int missing = OwnershipService.APPROVERS - approved.approvals().size();
        out().println(
                        missing > 0
                                ? "Approved. " + missing + " more person has to approve it."
                                : "Approved. People are told from "
                                        + approved.scope().notice() + " on: ownership:tell --tenant " + tenant + " "
                                        + id);
        return 0;
    }
}
