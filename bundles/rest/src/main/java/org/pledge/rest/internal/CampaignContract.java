package org.pledge.rest.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.pledge.SubjectId;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.rest.internal.PolicyContract.Change;

/** The schemas of {@code openapi.yaml} about campaigns and the versions that everybody can read. */
final class CampaignContract {
    private CampaignContract() {}

    record Campaign(int version, int before, boolean open, Instant opened, Instant closed) {
        static Campaign of(CampaignService.Campaign campaign) {
            return new Campaign(
                    campaign.version(),
                    campaign.before(),
                    campaign.open(),
                    campaign.opened(),
                    campaign.closed().orElse(null));
        }
    }

    record CampaignCounts(long audience, long asked, long unreachable, long accepted, long declined, long unanswered) {
        static CampaignCounts of(CampaignService.Counts counts) {
            return new CampaignCounts(
                    counts.audience(),
                    counts.asked(),
                    counts.unreachable(),
                    counts.accepted(),
                    counts.declined(),
                    counts.unanswered());
        }
    }

    record CampaignReport(Campaign campaign, List<Change> changes, CampaignCounts counts) {}

    record CampaignMember(SubjectId subject, Asking asking, Instant at, Answer answer) {
        static CampaignMember of(CampaignService.Member member) {
            return new CampaignMember(
                    member.subject(), member.asking(), member.at().orElse(null), member.answer());
        }
    }

    record CampaignProgress(int queued, int unreachable, boolean more) {
        static CampaignProgress of(CampaignService.Progress progress) {
            return new CampaignProgress(progress.queued(), progress.unreachable(), progress.more());
        }
    }

    record PublishedVersion(int version, LocalDate published, String digest, boolean material) {}

    record PublishedVersions(String controller, String contact, LocalDate lastUpdated, List<PublishedVersion> items) {}

    record PublishedPolicy(
            LocalDate lastUpdated, boolean material, List<Change> changes, PolicyContract.Policy policy) {}
}
