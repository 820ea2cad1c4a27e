package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.LegalCaseService;

/** Approves a legal case as one of two people. */
@Service
@Command(
        scope = "sharing",
        name = "case-approve",
        description = "Approves a legal case as one of two people",
        detailedDescription = """
            Example: sharing:case-approve --tenant anyip CASE
            """)
public final class SharingCaseApprove extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The case", required = true)
    String id;

    @Override
    int run() {
        var approved = service(LegalCaseService.class).approve(caller(), Ids.uuid(id));
        out().println("Case " + approved.id() + " is " + approved.state() + ", approved by "
                + Rows.words(approved.approvals()) + ".");
        return 0;
    }
}
