package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.SharingService;

/** Gives a parked disclosure up. */
@Service
@Command(
        scope = "sharing",
        name = "drop",
        description = "Gives a parked disclosure up",
        detailedDescription = """
            Example: sharing:drop --tenant korax DISCLOSURE
            """)
public final class SharingDrop extends TenantCommand {
    @Argument(index = 0, name = "disclosure", description = "The identifier, from sharing:parked", required = true)
    String disclosure;

    @Override
    int run() {
        var changed = service(SharingService.class).drop(caller(), Ids.uuid(disclosure));
        out().println("Disclosure " + changed.id() + " is " + changed.state() + ".");
        return 0;
    }
}
