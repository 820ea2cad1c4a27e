package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.notices.internal.World.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;
import org.pledge.campaign.CampaignService.Progress;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.policy.PolicyService.Change;
import org.pledge.policy.PolicyService.Installation.Installed;
import org.pledge.store.memory.MemoryCampaignStore;

class DefaultCampaignServiceTest {
    private static final String TENANT = "anyip";
    private static final Caller OLGA = operator(TENANT);
    private static final Caller OFFICER = new Caller(OLGA.tenant(), "pjotr", Set.of(Role.OFFICER));
    private static final Wording WORDING = new Wording("web", "again-1", "b".repeat(64));

    private final World world = new World();
    private final CampaignService campaigns = new DefaultCampaignService(
            world.policies,
            world.store,
            new MemoryCampaignStore(world.store),
            world.messages,
            world.audit,
            world.store,
            Clock.systemUTC());
    private final int first = world.policy(TENANT).version();
    private final int next = first + 1;

    @BeforeEach
    void useTheTemplate() throws IOException {
        world.template(
                TENANT,
                "policy-change",
                Files.readString(Path.of("..", "..", "etc", "templates", TENANT, "policy-change.template")));
    }

    private static String pack(int version, String controller) {
        return World.pack(TENANT)
                .replaceFirst("(?m)^version: .*$", "version: " + version)
                .replaceFirst("(?m)^controller: .*$", "controller: " + controller);
    }

    private void install(int version, String controller) {
        assertThat(world.install(TENANT, pack(version, controller))).isInstanceOf(Installed.class);
    }

    private SubjectId member(int number) {
        return world.register(
                TENANT,
                "free",
                "US",
                Map.of("name", List.of("Ada " + number), "email", List.of("ada" + number + "@mail.example")));
    }

    private void accept(SubjectId subject, int version) {
        world.consents.accept(OLGA, subject, version, Level.OPT_IN, "US", WORDING);
    }

    private static void refused(PledgeException.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void aMaterialChangeOpensACampaignOnceWithALeaf() {
        install(next, "Somebody Else");
        install(next, "Somebody Else");

        assertThat(campaigns.campaigns(OLGA)).singleElement().satisfies(campaign -> {
            assertThat(campaign.version()).isEqualTo(next);
            assertThat(campaign.before()).isEqualTo(first);
            assertThat(campaign.open()).isTrue();
        });
        assertThat(world.audit.of(Leaf.Act.CAMPAIGN_OPENED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("AI-39");
            assertThat(leaf.details()).containsEntry("version", String.valueOf(next));
        });
        assertThat(campaigns.changes(OLGA, next))
                .filteredOn(Change::material)
                .extracting(Change::field)
                .containsExactly("controller");
    }

    @Test
    void whatIsNotMaterialOpensNone() {
        assertThat(world.install(
                        TENANT,
                        World.pack(TENANT)
                                .replaceFirst("(?m)^version: .*$", "version: " + next)
                                .replaceFirst("(?m)^published: .*$", "published: 2020-02-02")))
                .isInstanceOf(Installed.class);

        assertThat(campaigns.campaigns(OLGA)).isEmpty();
        refused(PledgeException.Kind.NOT_FOUND, () -> campaigns.campaign(OLGA, next));
    }

    @Test
    void thePeopleWhoAcceptedAnEarlierVersionAreItsAudience() {
        SubjectId silent = member(1);
        SubjectId accepts = member(2);
        SubjectId declines = member(3);
        install(next, "Somebody Else");
        SubjectId later = member(4);
        accept(accepts, next);
        campaigns.decline(OLGA, next, declines);

        assertThat(campaigns.counts(OLGA, next)).isEqualTo(new Counts(3, 0, 0, 1, 1, 1));
        assertThat(everybody(Optional.empty()))
                .extracting(Member::subject)
                .containsExactlyInAnyOrder(silent, accepts, declines)
                .doesNotContain(later);
        assertThat(everybody(Optional.of(Answer.DECLINED)))
                .extracting(Member::subject)
                .containsExactly(declines);
        refused(PledgeException.Kind.NOT_FOUND, () -> campaigns.decline(OLGA, next, later));
        refused(PledgeException.Kind.CONFLICT, () -> campaigns.decline(OLGA, next, accepts));
    }

    private List<Member> everybody(Optional<Answer> answer) {
        List<Member> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Member> page = campaigns.people(OLGA, next, answer, cursor, 1);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    @Test
    void asksInBatchesAndNobodyTwice() {
        List<SubjectId> people = List.of(member(1), member(2), member(3));
        install(next, "Somebody Else");

        assertThat(campaigns.send(OLGA, next, 2)).isEqualTo(new Progress(2, 0, true));
        assertThat(campaigns.send(OLGA, next, 2)).isEqualTo(new Progress(1, 0, false));
        assertThat(campaigns.send(OLGA, next, 2)).isEqualTo(new Progress(0, 0, false));

        assertThat(people).allSatisfy(subject -> assertThat(world.disclosures(TENANT, subject))
                .hasSize(1));
        assertThat(campaigns.counts(OLGA, next)).isEqualTo(new Counts(3, 3, 0, 0, 0, 3));
        assertThat(world.audit.of(Leaf.Act.ACCEPTANCE_ASKED)).hasSize(3).allSatisfy(leaf -> assertThat(leaf.details())
                .containsEntry("asking", "QUEUED"));
    }

    @Test
    void whoAnsweredIsNotAsked() {
        SubjectId accepts = member(1);
        SubjectId declines = member(2);
        install(next, "Somebody Else");
        accept(accepts, next);
        campaigns.decline(OLGA, next, declines);

        assertThat(campaigns.send(OLGA, next, 10)).isEqualTo(new Progress(0, 0, false));
    }

    @Test
    void whoHasNoAddressIsCountedAndDoesNotStopTheOthers() {
        SubjectId without = world.register(TENANT, "free", "US", Map.of());
        SubjectId with = member(2);
        install(next, "Somebody Else");

        assertThat(campaigns.send(OLGA, next, 10)).isEqualTo(new Progress(1, 1, false));

        assertThat(world.disclosures(TENANT, without)).isEmpty();
        assertThat(world.disclosures(TENANT, with)).hasSize(1);
        assertThat(everybody(Optional.empty()))
                .filteredOn(member -> member.subject().equals(without))
                .extracting(Member::asking)
                .containsExactly(Asking.UNREACHABLE);
    }

    @Test
    void decliningKeepsTheVersionThatWasAcceptedAndLeavesRoomForAnotherAnswer() {
        SubjectId subject = member(1);
        install(next, "Somebody Else");

        campaigns.decline(OLGA, next, subject);
        campaigns.decline(OLGA, next, subject);

        assertThat(world.audit.of(Leaf.Act.POLICY_DECLINED)).hasSize(1);
        assertThat(world.consents.acceptanceDue(OLGA, subject)).isTrue();
        accept(subject, next);
        assertThat(campaigns.counts(OLGA, next)).isEqualTo(new Counts(1, 0, 0, 1, 0, 0));
        assertThat(world.consents.acceptanceDue(OLGA, subject)).isFalse();
    }

    @Test
    void anotherMaterialVersionEndsTheCampaignBefore() {
        SubjectId subject = member(1);
        install(next, "Somebody Else");
        install(next + 1, "Yet Another");

        assertThat(campaigns.campaigns(OLGA))
                .extracting(Campaign::version, Campaign::open)
                .containsExactly(tuple(next + 1, true), tuple(next, false));
        refused(PledgeException.Kind.CONFLICT, () -> campaigns.send(OLGA, next, 10));
        accept(subject, next + 1);
        assertThat(campaigns.counts(OLGA, next).accepted()).isOne();
    }

    @Test
    void aClosedCampaignAsksNobody() {
        member(1);
        install(next, "Somebody Else");

        campaigns.close(OFFICER, next);
        campaigns.close(OFFICER, next);

        assertThat(world.audit.of(Leaf.Act.CAMPAIGN_CLOSED)).hasSize(1);
        refused(PledgeException.Kind.CONFLICT, () -> campaigns.send(OLGA, next, 10));
        refused(PledgeException.Kind.DENIED, () -> campaigns.close(OLGA, next));
        refused(PledgeException.Kind.DENIED, () -> campaigns.send(OFFICER, next, 10));
    }

    @Test
    void withoutATemplateNobodyIsCountedAsUnreachable() {
        install(next, "Somebody Else");
        member(1);
        Caller korax = operator("korax");
        String pack = World.pack("korax");
        int before = world.policy("korax").version();
        world.install(
                "korax",
                pack.replaceFirst("(?m)^version: .*$", "version: " + (before + 1))
                        .replaceFirst("(?m)^controller: .*$", "controller: Somebody Else"));

        refused(PledgeException.Kind.NOT_FOUND, () -> campaigns.send(korax, before + 1, 10));
    }

    @Test
    void withoutAMailPartnerNobodyIsCountedAsUnreachable() {
        member(1);
        install(next, "Somebody Else");
        world.partners.removeIf(partner -> partner.tenant().value().equals(TENANT));

        refused(PledgeException.Kind.CONFLICT, () -> campaigns.send(OLGA, next, 10));
        assertThat(campaigns.counts(OLGA, next).unreachable()).isZero();
    }
}
