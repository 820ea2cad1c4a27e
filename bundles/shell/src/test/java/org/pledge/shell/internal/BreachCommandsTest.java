package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.BreachService.Notified;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService;

class BreachCommandsTest {
    private static final UUID ID = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final NewBreach WHAT =
            new NewBreach("acme", NOW.minusSeconds(60), NOW, Set.of("email"), NOW.minusSeconds(30));

    private final List<Object> asked = new ArrayList<>();
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(BreachService.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return switch (method.getName()) {
                    case "breaches" -> List.of(breach());
                    case "affected" -> new Page<>(List.of(PERSON), Optional.empty());
                    case "affectedCount" -> 7L;
                    case "tell" ->
                        new Notified(
                                2, 1, arguments[2].equals(Optional.empty()) ? Optional.of("more") : Optional.empty());
                    default -> breach();
                };
            })
            .with(RightsService.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                asked.addAll(List.of(arguments).subList(1, arguments.length));
                return request();
            })
            .with(SelfService.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                asked.add(arguments[1]);
                return null;
            });

    private static Breach breach() {
        return new Breach(
                ID,
                new TenantId("korax"),
                WHAT,
                NOW,
                "desk",
                State.REPORTED,
                Optional.empty(),
                NOW,
                "gdpr",
                NOW.plusSeconds(3600),
                true);
    }

    private static Request request() {
        return new Request(
                ID,
                new TenantId("korax"),
                PERSON,
                Type.CHILD_REMOVAL,
                RightsService.State.OPEN,
                "DE",
                "minor-known",
                NOW,
                "desk",
                new RightsService.Deadlines(
                        "gdpr",
                        ZoneOffset.UTC,
                        Optional.empty(),
                        Optional.empty(),
                        NOW,
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(NOW),
                Optional.empty());
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        return command;
    }

    @Test
    void reportsABreachAndSaysByWhenTheAuthorityHasToKnow() throws IOException {
        RightsBreach command = korax(new RightsBreach());
        command.partner = "acme";
        command.categories = List.of("email");
        command.from = WHAT.from().toString();
        command.until = WHAT.until().toString();
        command.discovered = WHAT.discovered().toString();
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly("report", WHAT);
        assertThat(shell.printed()).contains("Breach " + ID + " is REPORTED", "by 2026-01-31T13:00:00Z (gdpr)");
        command.until = "yesterday";
        assertThat(shell.run(command)).isEqualTo(2);
    }

    @Test
    void listsAndMovesCases() throws IOException {
        RightsBreaches list = korax(new RightsBreaches());
        list.all = true;
        list.output = "csv";
        assertThat(shell.run(list)).isZero();
        RightsBreachMove move = korax(new RightsBreachMove());
        move.breach = ID.toString();
        move.state = "notified-authority";
        move.reason = "risk";
        move.output = "csv";
        assertThat(shell.run(move)).isZero();
        assertThat(asked).containsExactly("breaches", true, 100, "move", ID, State.NOTIFIED_AUTHORITY, Reason.RISK);
        assertThat(shell.printed()).contains(ID + ",acme,email,REPORTED,,");
    }

    @Test
    void listsAndTellsWhomItAffects() throws IOException {
        RightsBreachAffected affected = korax(new RightsBreachAffected());
        affected.breach = ID.toString();
        assertThat(shell.run(affected)).isZero();
        RightsBreachTell tell = korax(new RightsBreachTell());
        tell.breach = ID.toString();
        assertThat(shell.run(tell)).isZero();
        assertThat(shell.printed())
                .contains(PERSON.toString(), "7 people are affected", "4 people are told; 2 cannot be told");
        assertThat(asked).filteredOn("tell"::equals).hasSize(2);
    }

    @Test
    void handsALinkOver() throws IOException {
        shell.with(SelfService.class, (proxy, method, arguments) -> {
            assertThat(method.getName()).isEqualTo("hand");
            assertThat(arguments[1]).isEqualTo(PERSON);
            return "https://korax.example/self-service/korax/once";
        });
        RightsLink link = korax(new RightsLink());
        link.subject = PERSON.toString();
        link.handOver = true;
        assertThat(shell.run(link)).isZero();
        assertThat(shell.printed()).contains("https://korax.example/self-service/korax/once");
    }

    @Test
    void takesTheWordOfStaff() throws IOException {
        RightsGuardian guardian = korax(new RightsGuardian());
        guardian.request = ID.toString();
        guardian.evidence = "signed-form";
        assertThat(shell.run(guardian)).isZero();
        RightsMinorKnown minor = korax(new RightsMinorKnown());
        minor.subject = PERSON.toString();
        assertThat(shell.run(minor)).isZero();
        RightsConfirm confirm = korax(new RightsConfirm());
        confirm.request = ID.toString();
        assertThat(shell.run(confirm)).isZero();
        RightsLink link = korax(new RightsLink());
        link.subject = PERSON.toString();
        assertThat(shell.run(link)).isZero();
        assertThat(asked)
                .containsExactly(
                        "assertGuardian",
                        ID,
                        Evidence.SIGNED_FORM,
                        "minorKnown",
                        PERSON,
                        "confirm",
                        ID,
                        "send",
                        PERSON);
        assertThat(shell.printed()).contains("The removal was carried out", "If an address is held");
    }
}
