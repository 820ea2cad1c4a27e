package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.campaign.CampaignService;

/** Records that somebody declines a policy version. */
@Service
@Command(
        scope = "policy",
        name = "campaign-decline",
        description = "Records that somebody declines a policy version",
        detailedDescription = """
            Example: policy:campaign-decline --tenant anyip 4 SUBJECT
            """)
public final class PolicyCampaignDecline extends TenantCommand {
    @Argument(index = 0, name = "version", description = "The version it is about", required = true)
    int version;

    @Argument(index = 1, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        service(CampaignService.class).decline(caller(), version, SubjectId.parse(subject));
        out().println("Recorded. Decisions keep to the version that the person accepted.");
        return 0;
    }
}
