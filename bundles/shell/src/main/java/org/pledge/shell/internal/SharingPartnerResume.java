package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.PartnerService;

/** Resumes disclosures to a partner. */
@Service
@Command(
        scope = "sharing",
        name = "partner-resume",
        description = "Resumes disclosures to a partner",
        detailedDescription = """
            Example: sharing:partner-resume --tenant korax parcelway
            """)
public final class SharingPartnerResume extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Override
    int run() {
        service(PartnerService.class).suspend(caller(), name, false);
        out().println("Partner " + name + " is resumed.");
        return 0;
    }
}
