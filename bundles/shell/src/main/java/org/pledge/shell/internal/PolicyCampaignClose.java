package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.campaign.CampaignService;

/** Ends a campaign. */
@Service
@Command(
        scope = "policy",
        name = "campaign-close",
        description = "Ends a campaign; nobody is asked any more",
        detailedDescription = """
            Example: policy:campaign-close --tenant anyip 4
            """)
public final class PolicyCampaignClose extends TenantCommand {
    @Argument(index = 0, name = "version", description = "The version it is about", required = true)
    int version;

    @Override
    int run() {
        service(CampaignService.class).close(caller(), version);
        out().println("Closed. Who did not accept stays with the version that they accepted.");
        return 0;
    }
}
