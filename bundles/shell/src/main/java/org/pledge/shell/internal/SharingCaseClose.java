package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.LegalCaseService;

/** Closes a legal case. */
@Service
@Command(
        scope = "sharing",
        name = "case-close",
        description = "Closes a legal case",
        detailedDescription = """
            Example: sharing:case-close --tenant anyip CASE
            """)
public final class SharingCaseClose extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The case", required = true)
    String id;

    @Override
    int run() {
        var closed = service(LegalCaseService.class).close(caller(), Ids.uuid(id));
        out().println("Case " + closed.id() + " is " + closed.state() + ".");
        return 0;
    }
}
