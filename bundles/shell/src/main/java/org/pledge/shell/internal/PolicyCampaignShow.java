package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Page;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;

/** Shows what a campaign is about and how many people answered what, or who they are. */
@Service
@Command(
        scope = "policy",
        name = "campaign-show",
        description = "Shows what changed and how many people answered what, or who they are",
        detailedDescription =
                """
            Example: policy:campaign-show --tenant anyip 4
            Example: policy:campaign-show --tenant anyip --people unanswered --limit 100 4
            """)
public final class PolicyCampaignShow extends TenantCommand {
    @Argument(index = 0, name = "version", description = "The version it is about", required = true)
    int version;

    @Option(name = "--people", description = "Lists who is asked: accepted, declined, unanswered or all")
    String people;

    @Option(name = "--after", description = "The cursor that the page before ended with")
    String after;

    @Option(name = "--limit", description = "At most so many people, up to 1000")
    int limit = 100;

    @Override
    int run() {
        CampaignService campaigns = service(CampaignService.class);
        if (people != null) {
            list(campaigns);
            return 0;
        }
        Counts counts = campaigns.counts(caller(), version);
        print(new Rows("Audience", "Asked", "Unreachable", "Accepted", "Declined", "Unanswered")
                .add(
                        counts.audience(),
                        counts.asked(),
                        counts.unreachable(),
                        counts.accepted(),
                        counts.declined(),
                        counts.unanswered()));
        if (forPeople()) {
            Rows rows = new Rows("Field", "Material", "Change");
            campaigns.changes(caller(), version).forEach(c -> rows.add(c.field(), c.material(), c.text()));
            print(rows);
        }
        return 0;
    }

    private void list(CampaignService campaigns) {
        Optional<Answer> answer =
                people.equals("all") ? Optional.empty() : Optional.of(oneOf(Answer.class, "--people", people));
        Page<Member> page = campaigns.people(caller(), version, answer, Optional.ofNullable(after), limit);
        Rows rows = new Rows("Subject", "Asking", "At", "Answer");
        page.items().forEach(one -> rows.add(one.subject(), one.asking(), one.at(), one.answer()));
        print(rows);
        page.next().filter(next -> forPeople()).ifPresent(next -> out().println("More: --after " + next));
    }
}
