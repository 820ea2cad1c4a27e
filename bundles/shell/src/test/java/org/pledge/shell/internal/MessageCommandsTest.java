package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.notices.MessageService;
import org.pledge.notices.MessageService.Audience;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.notices.MessageService.Template;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService.Outcome;

class MessageCommandsTest {
    private static final SubjectId PERSON = SubjectId.random();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Decision.Denied NO = new Decision.Denied(
            List.of(new Reason(Code.NO_CONSENT, "email", List.of("IW-10"), "they declined")),
            List.of("IW-10"),
            "Ask them.");

    private final List<String> calls = new ArrayList<>();
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(MessageService.class, (proxy, method, arguments) -> {
                calls.add(method.getName());
                return switch (method.getName()) {
                    case "templates" ->
                        List.of(
                                template("account", "account", false),
                                template("news", "own-offers", true),
                                template("offers", "own-offers", true));
                    case "obstacle" ->
                        Optional.of("the mail partner postbox is EXPIRED").filter(text -> "news".equals(arguments[1]));
                    case "explain" -> NO;
                    case "audience" -> new Audience("own-offers", 7, 2, 1, 3, true);
                    case "send" -> {
                        assertThat(arguments[1]).isEqualTo(PERSON);
                        assertThat(arguments[3]).isEqualTo(Map.of("date", "a=b", "name", "Ira"));
                        yield new Outcome.Refused(NO);
                    }
                    default -> throw new AssertionError(method.getName());
                };
            });

    private static Template template(String name, String purpose, boolean declinable) {
        return new Template(
                new TenantId("korax"),
                name,
                declinable ? MessageClass.MARKETING : MessageClass.SERVICE,
                purpose,
                declinable,
                Set.of("date"),
                Optional.empty(),
                "0f".repeat(32));
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        return command;
    }

    private static MessageSend send(String subject, boolean dryRun) {
        MessageSend command = korax(new MessageSend());
        command.template = "offers";
        command.subject = subject;
        command.dryRun = dryRun;
        return command;
    }

    @Test
    void listsTheTemplatesInUse() throws IOException {
        MessageTemplates command = korax(new MessageTemplates());
        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains(
                        "account,SERVICE,account,false,date,",
                        "offers,MARKETING,own-offers,true,",
                        ",the mail partner postbox is EXPIRED")
                .containsOnlyOnce("postbox");
    }

    @Test
    void showsOneTemplateAndNamesTheWayToAnotherWhenThereIsNone() throws IOException {
        MessageShow command = korax(new MessageShow());
        command.template = "offers";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("own-offers", "0f".repeat(32));
        command.template = "elsewhere";
        assertThat(shell.run(command)).isEqualTo(4);
        assertThat(shell.printed()).contains("message:templates --tenant korax");
    }

    @Test
    void aDryRunCountsPeopleOrDecidesAboutOneAndSendsNothing() throws IOException {
        MessageSend count = send(null, true);
        count.output = "csv";
        assertThat(shell.run(count)).isZero();
        assertThat(shell.printed())
                .contains("would get it,7", "declined,2", "another reason,1", "no address on record,3");

        assertThat(shell.run(send(PERSON.toString(), true))).isEqualTo(PledgeCommand.DENIED);
        assertThat(shell.printed()).contains("DENIED by IW-10: they declined. Ask them.");
        assertThat(calls).containsExactly("audience", "explain");
    }

    @Test
    void sendsWithParametersAndSaysWhyNot() throws IOException {
        MessageSend command = send(PERSON.toString(), false);
        command.parameter = List.of("date=a=b", "name=Ira");
        assertThat(shell.run(command)).isEqualTo(PledgeCommand.DENIED);
        assertThat(shell.printed()).contains("DENIED by IW-10");
    }

    @Test
    void sendsNothingWithoutAPersonOrWithParametersThatAreNone() throws IOException {
        assertThat(shell.run(send(null, false))).isEqualTo(2);
        MessageSend command = send(PERSON.toString(), false);
        for (List<String> wrong : List.of(List.of("date"), List.of("=x"), List.of("date=1", "date=2"))) {
            command.parameter = wrong;
            assertThat(shell.run(command)).isEqualTo(2);
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void countsWhomMessagesDoNotReachOncePerPurpose() throws IOException {
        MessageSuppressed command = korax(new MessageSuppressed());
        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed().lines().toList()).hasSize(2).last().isEqualTo("own-offers,2,1,3,7,true");
    }

    @Test
    void theClockShowsWhoHasNotConfirmedAnUnsubscribeTheEarliestFirst() throws IOException {
        shell.with(NoticeService.class, (proxy, method, arguments) -> {
            assertThat(method.getName()).isEqualTo("inState");
            return switch ((State) arguments[1]) {
                case QUEUED ->
                    new Page<>(List.of(notice("slow", Outbox.Kind.WITHDRAWAL, Duration.ofDays(10))), Optional.empty());
                case DELIVERED ->
                    arguments[2].equals(Optional.of("second"))
                            ? new Page<>(
                                    List.of(notice("late", Outbox.Kind.WITHDRAWAL, Duration.ofMinutes(-1))),
                                    Optional.empty())
                            : new Page<>(
                                    List.of(notice("other", Outbox.Kind.CORRECTION, Duration.ofDays(1))),
                                    Optional.of("second"));
                case CONFIRMED -> throw new AssertionError("those are done");
                default -> new Page<>(List.of(), Optional.empty());
            };
        });
        MessageUnsubscribes command = korax(new MessageUnsubscribes(Clock.fixed(NOW, ZoneOffset.UTC)));
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains("2 not confirmed, 2 partners, 1 overdue.")
                .doesNotContain("other");

        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        List<String> rows = shell.printed().lines().toList();
        assertThat(rows.get(rows.size() - 2)).startsWith("late,").endsWith(",-1,true");
        assertThat(rows.get(rows.size() - 1)).startsWith("slow,").endsWith(",10,false");

        command.output = "table";
        command.limit = 1;
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains("The first 1; --limit 2 shows all.")
                .endsWith("2 not confirmed, 2 partners, 1 overdue.\n");
    }

    private static Notice notice(String partner, Outbox.Kind kind, Duration left) {
        return new Notice(
                UUID.randomUUID(),
                new TenantId("korax"),
                PERSON,
                partner,
                kind,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                State.QUEUED,
                0,
                OptionalInt.empty(),
                NOW,
                NOW.plus(left),
                NOW.plus(left),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }
}
