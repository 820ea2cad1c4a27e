package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.campaign.CampaignService;

/** Lists the campaigns that material changes opened. */
@Service
@Command(
        scope = "policy",
        name = "campaigns",
        description = "Lists the campaigns that material changes opened, newest first",
        detailedDescription = """
            Example: policy:campaigns --tenant anyip
            """)
public final class PolicyCampaigns extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Version", "Before", "State", "Opened", "Closed");
        service(CampaignService.class)
                .campaigns(caller())
                .forEach(one -> rows.add(
                        one.version(), one.before(), one.open() ? "OPEN" : "CLOSED", one.opened(), one.closed()));
        print(rows);
        return 0;
    }
}
