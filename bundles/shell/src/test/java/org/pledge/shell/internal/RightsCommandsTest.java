package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.AnswerService.Started;
import org.pledge.consent.ConsentService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Overriding;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;

class RightsCommandsTest {
    private static final UUID ID = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();

    private final List<Object> asked = new ArrayList<>();
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(RightsService.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return switch (method.getName()) {
                    case "due", "ofSubject" -> List.of(request(State.OPEN));
                    case "outstanding" ->
                        Map.of(ID, new Outstanding(2, Instant.parse("2026-03-12T11:00:00Z"), Optional.empty(), true));
                    case "recipients" ->
                        List.of(new Recipient(
                                "mail",
                                NoticeService.Answer.AWAITED,
                                3,
                                Optional.empty(),
                                Optional.empty(),
                                true,
                                new NoticeService.Contact(
                                        "smtp",
                                        Optional.of(Instant.parse("2026-03-12T11:00:00Z")),
                                        Optional.empty(),
                                        Optional.of(Instant.parse("2026-03-12T11:00:00Z")),
                                        1,
                                        4,
                                        true)));
                    case "checkCode" ->
                        new CodeCheck(
                                request(State.OPEN), arguments[2].equals("271828"), arguments[2].equals("000003"));
                    case "fulfil", "fulfilByHand" ->
                        new Fulfilment(request(State.OPEN), 2, List.of(), Optional.empty());
                    case "withdraw" ->
                        throw new PledgeException(Kind.CONFLICT, "this request is closed: FULFILLED")
                                .remedy("Open a new request.");
                    default -> request(State.OPEN);
                };
            });

    private static Request request(State state) {
        return new Request(
                ID,
                new TenantId("korax"),
                PERSON,
                Type.ERASURE,
                state,
                "DE",
                "letter",
                Instant.parse("2026-03-10T11:00:00Z"),
                "desk",
                new Deadlines(
                        "gdpr",
                        ZoneId.of("Europe/Brussels"),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.parse("2026-04-10T22:00:00Z"),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        return command;
    }

    private static <C extends RightsCommand> C about(C command) {
        command.request = ID.toString();
        return korax(command);
    }

    @Test
    void opensARequestAndSaysByWhen() throws IOException {
        RightsOpen command = korax(new RightsOpen());
        command.subject = PERSON.toString();
        command.type = "child-removal";
        command.jurisdiction = "DE";
        command.channel = "letter";
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly("open", new NewRequest(PERSON, Type.CHILD_REMOVAL, "DE", "letter"));
        assertThat(shell.printed()).contains("Request " + ID + " is OPEN. Last day to answer: 2026-04-10 (gdpr).");
    }

    @Test
    void aLetterArrivedWhenItCame() throws IOException {
        RightsOpen command = korax(new RightsOpen());
        command.subject = PERSON.toString();
        command.type = "access";
        command.jurisdiction = "DE";
        command.channel = "letter";
        command.received = "2026-03-07T12:00:00Z";
        assertThat(shell.run(command)).isZero();
        assertThat(asked)
                .containsExactly(
                        "open",
                        new NewRequest(
                                PERSON,
                                Type.ACCESS,
                                "DE",
                                "letter",
                                Set.of(),
                                Optional.of(Instant.parse("2026-03-07T12:00:00Z"))));
        command.received = "Saturday";
        assertThat(shell.run(command)).isEqualTo(2);
        assertThat(shell.printed()).contains("--received must be a time such as 2026-01-31T12:00:00Z");
    }

    @Test
    void anObjectionNamesItsPurposes() throws IOException {
        RightsOpen command = korax(new RightsOpen());
        command.subject = PERSON.toString();
        command.type = "objection";
        command.jurisdiction = "DE";
        command.channel = "letter";
        command.purpose = List.of("own-offers");
        assertThat(shell.run(command)).isZero();
        assertThat(asked)
                .containsExactly("open", new NewRequest(PERSON, Type.OBJECTION, "DE", "letter", Set.of("own-offers")));
    }

    @Test
    void anOfficerOverrulesAnObjectionToOnePurpose() throws IOException {
        RightsOverrule command = about(new RightsOverrule());
        command.purpose = "analysis";
        command.ground = "compelling-grounds";
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly("overrule", ID, "analysis", Overriding.COMPELLING_GROUNDS);
        assertThat(shell.printed()).contains("analysis goes on.");
        command.ground = "mood";
        assertThat(shell.run(command)).isEqualTo(2);
    }

    @Test
    void listsToWhatAPersonObjects() throws IOException {
        shell.with(ConsentService.class, (proxy, method, arguments) -> {
            assertThat(method.getName()).isEqualTo("objections");
            assertThat(arguments[1]).isEqualTo(PERSON);
            Instant since = Instant.parse("2026-03-10T11:00:00Z");
            return List.of(
                    new ConsentService.Objection(Optional.of("own-offers"), since, "web"),
                    new ConsentService.Objection(Optional.empty(), since, "phone"));
        });
        RightsObjections command = korax(new RightsObjections());
        command.subject = PERSON.toString();
        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains("own-offers,2026-03-10T11:00:00Z,web", "everything,2026-03-10T11:00:00Z,phone");
    }

    @Test
    void listsWhatIsDueAndWhatAPersonAsked() throws IOException {
        RightsDue due = korax(new RightsDue());
        due.days = 10;
        due.output = "csv";
        assertThat(shell.run(due)).isZero();
        RightsList list = korax(new RightsList());
        list.subject = PERSON.toString();
        list.output = "csv";
        assertThat(shell.run(list)).isZero();
        assertThat(asked)
                .containsExactly("due", 10, 100, "outstanding", List.of(request(State.OPEN)), "ofSubject", PERSON);
        assertThat(shell.printed()).contains(",gdpr,false,2,2026-03-12T11:00:00Z,true");
        assertThat(shell.printed().split(ID + "," + PERSON + ",ERASURE,OPEN,2026-04-10T22:00:00Z,2026-04-10,gdpr,", -1))
                .hasSize(3);
    }

    @Test
    void showsOneRequest() throws IOException {
        assertThat(shell.run(about(new RightsShow()))).isZero();
        assertThat(shell.printed())
                .contains(PERSON.toString(), "2026-04-10 Europe/Brussels", "letter")
                .contains("Recipient mail")
                .contains(
                        "answer=AWAITED, awaited=its confirmation; taken is not carried out, escalated=true, overdue=true,"
                                + " parked=1, protocol=smtp, reminders=4, silent=2026");
    }

    @Test
    void aWrongCodeIsANo() throws IOException {
        RightsCheckCode check = about(new RightsCheckCode());
        check.code = "271828";
        assertThat(shell.run(check)).isZero();
        check.code = "314159";
        assertThat(shell.run(check)).isEqualTo(3);
        assertThat(shell.printed()).contains("Send another one").doesNotContain("no more codes");
        check.code = "000003";
        assertThat(shell.run(check)).isEqualTo(3);
        assertThat(shell.printed()).contains("This request takes no more codes. Let the person log in");
        assertThat(shell.run(about(new RightsSendCode()))).isZero();
        assertThat(shell.printed()).doesNotContain("271828", "314159");
    }

    @Test
    void extendsAndRefuses() throws IOException {
        RightsExtend extend = about(new RightsExtend());
        extend.reason = "number-of-requests";
        extend.noticed = "2026-03-12";
        assertThat(shell.run(extend)).isZero();
        RightsRefuse refuse = about(new RightsRefuse());
        refuse.ground = "legal-claims";
        assertThat(shell.run(refuse)).isZero();
        assertThat(asked)
                .containsExactly(
                        "extend",
                        ID,
                        new Extension(Reason.NUMBER_OF_REQUESTS, LocalDate.of(2026, 3, 12)),
                        "refuse",
                        ID,
                        Ground.LEGAL_CLAIMS);
        refuse.ground = "mood";
        assertThat(shell.run(refuse)).isEqualTo(2);
    }

    @Test
    void thatItWasAnsweredByHandIsSaidExpressly() throws IOException {
        RightsFulfil fulfil = about(new RightsFulfil());
        fulfil.byHand = true;
        assertThat(shell.run(fulfil)).isZero();
        assertThat(asked).containsExactly("fulfilByHand", ID);
    }

    private static Export export(AnswerService.State state) {
        return new Export(
                new TenantId("korax"),
                ID,
                ID,
                state,
                AnswerService.Protection.PASSWORD,
                Instant.parse("2026-03-10T11:00:00Z"),
                Optional.empty(),
                Optional.empty(),
                Map.of("data", 4L, "recipients", 3L),
                0,
                Optional.of("ab12"));
    }

    @Test
    void exportsAnAnswerAndShowsItsPasswordOnce() throws IOException {
        List<AnswerService.State> end = new ArrayList<>(List.of(AnswerService.State.READY));
        shell.with(AnswerService.class, (proxy, method, arguments) -> {
            asked.add(method.getName());
            return switch (method.getName()) {
                case "start" -> new Started(export(AnswerService.State.RUNNING), Optional.of("7KQ2-V9XD"));
                case "await" -> export(end.get(0));
                default -> Path.of("/data/answers-out/" + arguments[2]);
            };
        });
        RightsExport command = about(new RightsExport());
        command.to = "vera.zip";
        command.progress = true;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly("start", "await", "handOver");
        assertThat(shell.printed())
                .containsOnlyOnce("7KQ2-V9XD")
                .contains("READY: 7 items", "File: /data/answers-out/vera.zip", "ab12");
        end.set(0, AnswerService.State.FAILED);
        asked.clear();
        assertThat(shell.run(command)).isEqualTo(1);
        assertThat(asked).containsExactly("start", "await");
    }

    @Test
    void saysWhoHasYetToConfirmAndWhatCannotBeDone() throws IOException {
        assertThat(shell.run(about(new RightsFulfil()))).isZero();
        assertThat(shell.printed()).contains("2 partners have yet to confirm");
        assertThat(shell.run(about(new RightsWithdraw()))).isEqualTo(6);
        assertThat(shell.printed()).contains("this request is closed: FULFILLED. Open a new request.");
        assertThat(shell.run(about(new RightsAcknowledge()))).isZero();
    }
}
