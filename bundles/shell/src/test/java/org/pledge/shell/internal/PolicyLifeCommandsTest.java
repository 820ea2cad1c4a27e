package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.campaign.CampaignService.Member;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.policy.PolicyService.Change;
import org.pledge.sharing.Partner.Mechanism;
import org.pledge.sharing.Partner.Safeguard;
import org.pledge.sharing.TransferRegister;
import org.pledge.sharing.TransferRegister.Region;

class PolicyLifeCommandsTest {
    private static final TenantId TENANT = new TenantId("anyip");
    private static final SubjectId PERSON = SubjectId.random();
    private static final UUID ID = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 12, 1);

    private final List<Object> asked = new ArrayList<>();
    private Set<String> approvals = Set.of("olga");

    private final FakeShell shell = FakeShell.withPolicyOf("anyip")
            .with(CampaignService.class, (proxy, method, arguments) -> {
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return switch (method.getName()) {
                    case "campaigns" -> List.of(new Campaign(TENANT, 4, 3, NOW, Optional.empty()));
                    case "counts" -> new CampaignService.Counts(9, 5, 1, 3, 2, 4);
                    case "changes" -> List.of(new Change("controller", "changed.", true));
                    case "people" ->
                        new Page<>(
                                List.of(new Member(PERSON, Asking.QUEUED, Optional.of(NOW), Answer.UNANSWERED)),
                                Optional.of("next-one"));
                    case "send" -> new CampaignService.Progress(7, 1, true);
                    case "decline" -> new Member(PERSON, Asking.NOT_YET, Optional.empty(), Answer.DECLINED);
                    case "close" ->
                        throw new PledgeException(Kind.NOT_FOUND, "this version opened no campaign")
                                .remedy("See policy:campaigns.");
                    default -> throw new AssertionError(method.getName());
                };
            })
            .with(
                    TransferRegister.class,
                    (proxy, method, arguments) -> List.of(new Region(
                            "card-house",
                            "clearing-house",
                            "US",
                            TransferRegister.State.SAFEGUARDED,
                            Optional.of(new Safeguard(Mechanism.SCC, "2021/914:module-2", DAY)))))
            .with(OwnershipService.class, (proxy, method, arguments) -> {
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return switch (method.getName()) {
                    case "open", "approve", "cancel", "transfer" -> transfer();
                    case "transfers" -> List.of(transfer());
                    case "object" -> new Objection(PERSON, NOW);
                    case "objections" -> new Page<>(List.of(new Objection(PERSON, NOW)), Optional.empty());
                    case "run" -> new OwnershipService.Progress(8, 1, 2, 3, false);
                    case "counts" -> new OwnershipService.Counts(2, 8, 1, 2, 3);
                    default -> throw new AssertionError(method.getName());
                };
            })
            .with(OwnershipNotices.class, (proxy, method, arguments) -> {
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return switch (method.getName()) {
                    case "send" -> new OwnershipNotices.Sent(8, 1, false);
                    case "reach" ->
                        new OwnershipNotices.Reach(9, 8, 1, Optional.of(NOW), Optional.of(NOW.plusSeconds(60)));
                    case "toldByHand" -> new Notice(PERSON, Telling.BY_HAND, NOW);
                    case "unreached" ->
                        new Page<>(List.of(new Notice(PERSON, Telling.UNREACHED, NOW)), Optional.empty());
                    default -> throw new AssertionError(method.getName());
                };
            });

    private Transfer transfer() {
        return new Transfer(
                ID,
                TENANT,
                new Scope("new-owner", Set.of("email"), Optional.empty(), DAY, DAY.plusDays(30)),
                4,
                NOW,
                State.OPEN,
                approvals,
                Optional.empty(),
                Optional.empty());
    }

    private static <C extends TenantCommand> C of(C command, String output) {
        command.tenant = "anyip";
        command.output = output;
        return command;
    }

    private static <C extends OwnershipCommand> C on(C command, String output) {
        command.id = ID.toString();
        return of(command, output);
    }

    @Test
    void listsCampaigns() throws IOException {
        assertThat(shell.run(of(new PolicyCampaigns(), "csv"))).isZero();
        assertThat(shell.printed()).contains("4,3,OPEN,2026-11-22T12:00:00Z,");
    }

    @Test
    void showsHowManyAnsweredAndWhatChanged() throws IOException {
        PolicyCampaignShow command = of(new PolicyCampaignShow(), "table");
        command.version = 4;
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("Unanswered", "controller", "changed.");
    }

    @Test
    void listsTheAudienceByPages() throws IOException {
        PolicyCampaignShow command = of(new PolicyCampaignShow(), "table");
        command.version = 4;
        command.people = "unanswered";
        command.after = "last-one";
        command.limit = 1;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(4, Optional.of(Answer.UNANSWERED), Optional.of("last-one"), 1);
        assertThat(shell.printed()).contains(PERSON.toString(), "More: --after next-one");
    }

    @Test
    void saysThatMorePeopleAreLeft() throws IOException {
        PolicyCampaignSend command = of(new PolicyCampaignSend(), "table");
        command.version = 4;
        command.limit = 8;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(4, 8);
        assertThat(shell.printed()).contains("7 messages queued, 1 people cannot be reached. More people are left");
    }

    @Test
    void recordsWhoDeclines() throws IOException {
        PolicyCampaignDecline command = of(new PolicyCampaignDecline(), "table");
        command.version = 4;
        command.subject = PERSON.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(4, PERSON);
    }

    @Test
    void saysWhatToDoWhenThereIsNoCampaignToClose() throws IOException {
        PolicyCampaignClose command = of(new PolicyCampaignClose(), "table");
        command.version = 9;
        assertThat(shell.run(command)).isEqualTo(4);
        assertThat(shell.printed()).contains("NOT_FOUND: this version opened no campaign. See policy:campaigns.");
    }

    @Test
    void listsWhatLetsDataGoAbroad() throws IOException {
        assertThat(shell.run(of(new PartnerRegions(), "csv"))).isZero();
        assertThat(shell.printed())
                .contains("card-house,clearing-house,US,SAFEGUARDED,SCC,2021/914:module-2,2026-12-01");
    }

    @Test
    void opensATransferAndSaysWhatComesNext() throws IOException {
        OwnershipOpen command = of(new OwnershipOpen(), "table");
        command.successor = "new-owner";
        command.category = List.of("email");
        command.notice = "2026-12-01";
        command.objections = "2026-12-31";
        assertThat(shell.run(command)).isZero();
        assertThat(asked)
                .containsExactly(new Scope("new-owner", Set.of("email"), Optional.empty(), DAY, DAY.plusDays(30)));
        assertThat(shell.printed()).contains("ownership:approve --tenant anyip " + ID);
    }

    @Test
    void saysWhetherAnApprovalIsEnough() throws IOException {
        assertThat(shell.run(on(new OwnershipApprove(), "table"))).isZero();
        assertThat(shell.printed()).contains("1 more person has to approve it");
        approvals = Set.of("olga", "pjotr");
        assertThat(shell.run(on(new OwnershipApprove(), "table"))).isZero();
        assertThat(shell.printed()).contains("ownership:tell --tenant anyip " + ID);
    }

    @Test
    void runsATransferAndCountsWhatBecameOfPeople() throws IOException {
        OwnershipRun command = on(new OwnershipRun(), "table");
        command.limit = 3;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(ID, 3);
        assertThat(shell.printed())
                .contains(
                        "8 disclosures queued, 1 refused, 2 people left out who objected, 3 whom nobody told. Nobody is left.");
        assertThat(shell.run(on(new OwnershipShow(), "csv"))).isZero();
        assertThat(shell.printed()).contains("9,8,1,2026-11-22T12:00:00Z,2026-11-22T12:01:00Z,2,8,1,2,3");
    }

    @Test
    void tellsPeopleAndSaysWhomItCouldNotReach() throws IOException {
        OwnershipTell command = on(new OwnershipTell(), "table");
        command.limit = 9;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(ID, 9);
        assertThat(shell.printed()).contains("8 people told, 1 could not be reached.", "ownership:unreached");
        assertThat(shell.run(on(new OwnershipUnreached(), "csv"))).isZero();
        assertThat(shell.printed()).contains(PERSON + ",2026-11-22T12:00:00Z");
    }

    @Test
    void recordsWhoWasToldByHand() throws IOException {
        OwnershipTold command = on(new OwnershipTold(), "table");
        command.subject = PERSON.toString();
        command.day = "2026-12-01";
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(ID, PERSON, DAY);
        assertThat(shell.printed()).contains("BY_HAND");
    }

    @Test
    void recordsAndListsObjections() throws IOException {
        OwnershipObject command = on(new OwnershipObject(), "table");
        command.subject = PERSON.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly(ID, PERSON);
        assertThat(shell.run(on(new OwnershipObjections(), "csv"))).isZero();
        assertThat(shell.printed()).contains(PERSON + ",2026-11-22T12:00:00Z");
    }

    @Test
    void listsAndCancelsTransfers() throws IOException {
        assertThat(shell.run(of(new OwnershipList(), "csv"))).isZero();
        assertThat(shell.printed()).contains(ID + ",new-owner,OPEN,email,,2026-12-01,2026-12-31,olga");
        assertThat(shell.run(on(new OwnershipCancel(), "table"))).isZero();
        assertThat(shell.printed()).contains("Cancelled.");
    }
}
