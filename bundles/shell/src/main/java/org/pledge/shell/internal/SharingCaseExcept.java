package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.LegalCaseService;

/** Records counsel's exception to a promise for one case. */
@Service
@Command(
        scope = "sharing",
        name = "case-except",
        description = "Records counsel's exception to a promise for one case",
        detailedDescription = """
            Example: sharing:case-except --tenant korax CASE KX-1
            """)
public final class SharingCaseExcept extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The case", required = true)
    String id;

    @Argument(index = 1, name = "promise", description = "The promise, such as KX-1", required = true)
    String promise;

    @Override
    int run() {
        var changed = service(LegalCaseService.class).except(caller(), Ids.uuid(id), promise);
        out().println("The exception to " + promise + " is recorded for case " + changed.id()
                + ", which is open again: two people approve it.");
        return 0;
    }
}
