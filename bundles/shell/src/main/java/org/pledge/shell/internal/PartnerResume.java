package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.PartnerService;

/** Resumes disclosures to a partner. */
@Service
@Command(
        scope = "partner",
        name = "resume",
        description = "Resumes disclosures to a partner",
        detailedDescription = """
            Example: partner:resume --tenant korax parcelway
            """)
public final class PartnerResume extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Override
    int run() {
        service(PartnerService.class).suspend(caller(), name, false);
        out().println("Partner " + name + " is resumed.");
        return 0;
    }
}
