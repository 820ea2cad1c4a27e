package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.notices.MessageService;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.policy.Decision;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;

/** What the law demands that people are told. */
class RightsMessagesTest {
    private static final TenantId IW = new TenantId("iwebtrack");
    private static final Caller DESK = World.operator("iwebtrack");
    private static final Map<String, String> CODE = Map.of("code", "123456");

    private final World world = new World();
    private SubjectId ira;

    @BeforeEach
    void write() {
        world.template("iwebtrack", "verification-code", source("rights"));
        world.template("iwebtrack", "welcome", source("service"));
        ira = world.member("ira@mail.example");
    }

    private static String source(String kind) {
        return "Class: " + kind
                + "\nPurpose: account\nSubject: Your code\nParameters: code\n\n{{code}} is your code.\n";
    }

    private void restrict() {
        world.subjects.restrict(DESK, ira);
    }

    private Map<String, List<String>> carried() {
        List<Delivery> due = world.outbox.claim(IW, "postbox", 10);
        assertThat(due).hasSize(1);
        Map<String, List<String>> values = world.outbox.load(due.get(0)).orElseThrow();
        assertThat(world.outbox.release(due.get(0))).isTrue();
        return values;
    }

    @Test
    void reachSomebodyWhoseDataIsKeptWithoutBeingUsed() {
        restrict();
        assertThat(world.messages.send(DESK, ira, "welcome", CODE)).isInstanceOf(Outcome.Refused.class);
        assertThat(world.messages.tell(DESK, ira, "verification-code", CODE))
                .isInstanceOfSatisfying(
                        Outcome.Queued.class,
                        queued -> assertThat(queued.disclosure().basis()).isEqualTo(DutyMail.BASIS));
        Map<String, List<String>> values = carried();
        assertThat(values).containsOnlyKeys("email", "message").containsEntry("email", List.of("ira@mail.example"));
        assertThat(values.get("message").get(0)).contains("123456");
    }

    @Test
    void reachAnAddressThatIsNotHeldYetAndNoOther() {
        Outcome outcome = world.messages.tellAt(DESK, ira, "verification-code", CODE, "ira@new.example");
        assertThat(outcome).isInstanceOf(Outcome.Queued.class);
        assertThat(carried()).containsEntry("email", List.of("ira@new.example"));
        assertThat(world.subjects.values(IW, ira, Set.of("email"))).containsEntry("email", List.of("ira@mail.example"));
        assertThatThrownBy(() -> world.messages.tellAt(DESK, ira, "welcome", CODE, "ira@new.example"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }

    @Test
    void nobodyElseSendsToAnAddressThatIsNotHeld() {
        SharingService.Request request = new SharingService.Request(
                ira,
                "postbox",
                "account",
                List.of("email", "message"),
                Optional.empty(),
                Map.of("message", "{}", "email", "ira@new.example"));
        assertThatThrownBy(() -> world.sharing.share(DESK, request))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void stillLeaveWhenTheRestrictionCameAfterTheyWereQueued() {
        assertThat(world.messages.tell(DESK, ira, "verification-code", CODE)).isInstanceOf(Outcome.Queued.class);
        restrict();
        assertThat(carried()).containsKey("message");
    }

    @Test
    void reachSomebodyWhoObjectsToEverything() {
        world.consents.object(DESK, ira, Optional.empty(), "web");
        assertThat(world.messages.tell(DESK, ira, "verification-code", CODE)).isInstanceOf(Outcome.Queued.class);
        assertThat(carried()).containsKey("message");
    }

    @Test
    void goOutInNoOtherWay() {
        for (Runnable way : List.<Runnable>of(
                () -> world.messages.send(DESK, ira, "verification-code", CODE),
                () -> world.messages.prepare(DESK, ira, "verification-code", CODE))) {
            assertThatThrownBy(way::run).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                    .isEqualTo(Kind.DENIED));
        }
        assertThat(world.audit.of(Act.REFUSED)).hasSize(2);
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
    }

    @Test
    void carryNoOtherTemplatePastARestriction() {
        restrict();
        assertThatThrownBy(() -> world.messages.tell(DESK, ira, "welcome", CODE))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
    }

    @Test
    void goToAProcessorThatCarriesMailOnly() {
        assertThatThrownBy(() -> world.sharing.send(DESK, ira, "elsewhere", "account", "{}"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }

    /** KX-8: no outside party sees a customer's address, whoever wants to carry the mail. */
    @Test
    void goThroughKoraxsOwnMailServerOnly() throws IOException {
        Caller desk = World.operator("korax");
        SubjectId vera = world.register(
                "korax",
                "standard",
                "CA",
                Map.of(
                        "name", List.of("Vera"),
                        "email", List.of("vera@mail.example"),
                        "street", List.of("1 Main Street"),
                        "phone", List.of("+1 604 555 0100")));
        world.template(
                "korax",
                "verification-code",
                Files.readString(Path.of("..", "..", "etc", "templates", "korax", "verification-code.template")));
        assertThat(world.messages.obstacle(desk.tenant(), "verification-code")).isEmpty();
        assertThat(world.messages.tell(desk, vera, "verification-code", CODE))
                .isInstanceOfSatisfying(
                        Outcome.Queued.class,
                        queued -> assertThat(queued.disclosure().partner()).isEqualTo("postbox"));
        world.standings.put("postbox", Standing.EXPIRED);
        assertThat(world.messages.obstacle(desk.tenant(), "verification-code"))
                .hasValue("the mail partner a-relay is ATTESTATION_MISSING");
        assertThat(world.sharing
                        .send(desk, vera, "a-relay", "identity-verification", "{}")
                        .decision())
                .isInstanceOfSatisfying(Decision.Denied.class, denied -> {
                    assertThat(denied.reasons())
                            .extracting(Decision.Reason::code)
                            .containsOnly(Decision.Code.ATTESTATION_MISSING);
                    assertThat(denied.promises()).containsExactly("KX-4", "KX-8");
                });
    }

    @Test
    void sayWhatKeepsThemFromLeaving() {
        assertThat(world.messages.obstacle(IW, "verification-code")).isEmpty();
        assertThat(world.messages.obstacle(IW, "email-change")).hasValue("no template 'email-change' is in use");
        world.standing = Standing.ATTESTATION_MISSING;
        assertThat(world.messages.obstacle(IW, "verification-code"))
                .hasValue("the mail partner postbox is ATTESTATION_MISSING");
        world.partners.removeIf(partner -> partner.tenant().equals(IW));
        assertThat(world.messages.obstacle(IW, "verification-code"))
                .hasValue("there is no mail partner for the purpose account, or it is suspended");
    }

    @Test
    void aRequestToShareCannotAskForIt() {
        restrict();
        SharingService.Request request = new SharingService.Request(
                ira, "postbox", "account", List.of("email", "message"), Optional.empty(), Map.of("message", "{}"));
        assertThat(world.sharing.share(DESK, request)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void mustNotBeForWhatPeopleCanDecline() {
        String source = source("rights").replace("Purpose: account", "Purpose: own-offers");
        assertThat(world.templates.check(IW, "verification-code", "verification-code.template", source))
                .isNotEmpty();
        assertThat(world.messages.templates(IW))
                .filteredOn(one -> one.messageClass() == MessageClass.RIGHTS)
                .extracting(MessageService.Template::purpose)
                .isEqualTo(List.of("account"));
    }
}
