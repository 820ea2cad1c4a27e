package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Progress;

/** Asks the next people to accept a policy version. */
@Service
@Command(
        scope = "policy",
        name = "campaign-send",
        description = "Asks the next people to accept a policy version",
        detailedDescription =
                """
            Example: policy:campaign-send --tenant anyip --limit 500 4
            Nobody is asked twice, so it can be called again at any time; what is left is told at the end.
            """)
public final class PolicyCampaignSend extends TenantCommand {
    @Argument(index = 0, name = "version", description = "The version it is about", required = true)
    int version;

    @Option(name = "--limit", description = "At most so many people, up to 1000")
    int limit = 100;

    @Override
    int run() {
        Progress progress = service(CampaignService.class).send(caller(), version, limit);
        out().println(progress.queued() + " messages queued, " + progress.unreachable() + " people cannot be reached. "
                + (progress.more() ? "More people are left: call this again." : "Nobody is left."));
        return 0;
    }
}
