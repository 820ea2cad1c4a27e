package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.PartnerService;

/** Stops disclosures to a partner. */
@Service
@Command(
        scope = "partner",
        name = "suspend",
        description = "Stops disclosures to a partner",
        detailedDescription = """
            Example: partner:suspend --tenant korax parcelway
            """)
public final class PartnerSuspend extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Override
    int run() {
        service(PartnerService.class).suspend(caller(), name, true);
        out().println("Partner " + name + " is suspended.");
        return 0;
    }
}
