package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;
import org.pledge.campaign.spi.CampaignStore;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What a store of campaigns promises. */
public abstract class CampaignStoreContract extends StoreContract {
    private static final Wording WORDING = new Wording("web", "signup-1", "ab".repeat(32));

    /** The campaigns of the database under test. */
    protected abstract CampaignStore campaigns();

    private SubjectId registered(TenantId of) {
        SubjectId id = SubjectId.random();
        run(() -> {
            stores().subjects().addAccount(new StoredAccount(of, id, "free", Holder.INDIVIDUAL, "US", 1));
            stores().subjects().addPerson(new StoredPerson(of, id, id, Set.of(), 0));
        });
        return id;
    }

    private SubjectId accepted(TenantId of, int... versions) {
        SubjectId id = registered(of);
        for (int version : versions) {
            run(() -> append(of, id, Kind.ACCEPTED, version));
        }
        return id;
    }

    private void append(TenantId of, SubjectId id, Kind kind, int version) {
        long epoch = stores().consents().nextEpoch(of, id);
        stores().consents()
                .append(new Event(
                        0,
                        UUID.randomUUID(),
                        of,
                        id,
                        kind,
                        NOW,
                        epoch,
                        "",
                        "",
                        Set.of(),
                        Optional.of(Level.IMPLIED),
                        Optional.empty(),
                        version,
                        "US",
                        WORDING,
                        "robot"));
    }

    private List<Member> all(int version, Optional<Answer> answer) {
        List<Member> all = new ArrayList<>();
        Optional<SubjectId> after = Optional.empty();
        while (true) {
            Optional<SubjectId> last = after;
            List<Member> page = in(() -> campaigns().members(tenant, version, answer, last, 1));
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            after = Optional.of(page.get(0).subject());
        }
    }

    @Test
    void theAudienceAreRegisteredPeopleWhoAcceptedAnEarlierVersion() {
        SubjectId earlier = accepted(tenant, 1);
        SubjectId both = accepted(tenant, 1, 2);
        SubjectId later = accepted(tenant, 2, 3);
        SubjectId nothing = registered(tenant);
        run(() -> append(tenant, nothing, Kind.GRANTED, 1));
        accepted(otherTenant, 1);
        SubjectId gone = SubjectId.random();
        run(() -> append(tenant, gone, Kind.ACCEPTED, 1));

        assertThat(all(2, Optional.empty()))
                .containsExactlyInAnyOrder(
                        new Member(earlier, Asking.NOT_YET, Optional.empty(), Answer.UNANSWERED),
                        new Member(both, Asking.NOT_YET, Optional.empty(), Answer.ACCEPTED));
        assertThat(in(() -> campaigns().member(tenant, 2, earlier))).isPresent();
        assertThat(in(() -> campaigns().member(tenant, 2, later))).isEmpty();
        assertThat(in(() -> campaigns().member(otherTenant, 2, earlier))).isEmpty();
        assertThat(in(() -> campaigns().counts(tenant, 2))).isEqualTo(new Counts(2, 0, 0, 1, 0, 1));
        assertThat(in(() -> campaigns().counts(otherTenant, 9))).isEqualTo(new Counts(1, 0, 0, 0, 0, 1));
        assertThat(in(() -> campaigns().counts(newTenant(), 2))).isEqualTo(new Counts(0, 0, 0, 0, 0, 0));
    }

    @Test
    void nobodyIsAskedTwice() {
        SubjectId first = accepted(tenant, 1);
        SubjectId second = accepted(tenant, 1);

        assertThat(in(() -> campaigns().ask(tenant, 2, first, Asking.QUEUED, NOW)))
                .isTrue();
        assertThat(in(() -> campaigns().ask(tenant, 2, first, Asking.REFUSED, NOW.plusSeconds(1))))
                .isFalse();
        assertThat(in(() -> campaigns().unasked(tenant, 2, 10))).containsExactly(second);
        assertThat(in(() -> campaigns().member(tenant, 2, first)))
                .contains(new Member(first, Asking.QUEUED, Optional.of(NOW), Answer.UNANSWERED));
        assertThat(in(() -> campaigns().unasked(tenant, 3, 10))).containsExactlyInAnyOrder(first, second);
        run(() -> campaigns().ask(tenant, 2, second, Asking.UNREACHABLE, NOW));
        assertThat(in(() -> campaigns().counts(tenant, 2))).isEqualTo(new Counts(2, 1, 1, 0, 0, 2));
    }

    @Test
    void whoDeclinedOrAcceptedIsNotAskedAndAnAcceptanceOutweighsWhatWasDeclined() {
        SubjectId declined = accepted(tenant, 1);
        SubjectId changed = accepted(tenant, 1);
        SubjectId accepted = accepted(tenant, 1, 2);

        assertThat(in(() -> campaigns().decline(tenant, 2, declined, NOW))).isTrue();
        assertThat(in(() -> campaigns().decline(tenant, 2, declined, NOW.plusSeconds(1))))
                .isFalse();
        run(() -> campaigns().decline(tenant, 2, changed, NOW));
        run(() -> append(tenant, changed, Kind.ACCEPTED, 3));

        assertThat(in(() -> campaigns().unasked(tenant, 2, 10))).isEmpty();
        assertThat(all(2, Optional.of(Answer.DECLINED)))
                .extracting(Member::subject)
                .containsExactly(declined);
        assertThat(all(2, Optional.of(Answer.ACCEPTED)))
                .extracting(Member::subject)
                .containsExactlyInAnyOrder(changed, accepted);
        assertThat(all(2, Optional.of(Answer.UNANSWERED))).isEmpty();
    }

    @Test
    void whoWasAskedCanDeclineAndTheOtherWayRound() {
        SubjectId subject = accepted(tenant, 1);
        run(() -> campaigns().ask(tenant, 2, subject, Asking.QUEUED, NOW));

        assertThat(in(() -> campaigns().decline(tenant, 2, subject, NOW))).isTrue();
        assertThat(in(() -> campaigns().member(tenant, 2, subject)))
                .contains(new Member(subject, Asking.QUEUED, Optional.of(NOW), Answer.DECLINED));
        run(() -> campaigns().decline(tenant, 3, subject, NOW));
        assertThat(in(() -> campaigns().ask(tenant, 3, subject, Asking.REFUSED, NOW)))
                .isTrue();
    }

    @Test
    void whatWasRolledBackIsNotThere() {
        SubjectId subject = accepted(tenant, 1);
        rollBack(() -> campaigns().ask(tenant, 2, subject, Asking.QUEUED, NOW));
        assertThat(in(() -> campaigns().unasked(tenant, 2, 10))).containsExactly(subject);
    }

    @Test
    void keepsCampaignsNewestVersionFirst() {
        Campaign open = new Campaign(tenant, 2, 1, NOW, Optional.empty());
        Campaign newer = new Campaign(tenant, 10, 2, NOW.plusSeconds(1), Optional.empty());
        Campaign closed = new Campaign(tenant, 2, 1, NOW, Optional.of(NOW.plusSeconds(2)));
        run(() -> {
            stores().policies().putCampaign(open);
            stores().policies().putCampaign(newer);
            stores().policies().putCampaign(new Campaign(otherTenant, 3, 2, NOW, Optional.empty()));
            stores().policies().putCampaign(closed);
        });
        assertThat(in(() -> stores().policies().campaigns(tenant))).containsExactly(newer, closed);
        assertThat(in(() -> stores().policies().lockCampaign(tenant, 2))).contains(closed);
        assertThat(in(() -> stores().policies().lockCampaign(tenant, 3))).isEmpty();
    }
}
