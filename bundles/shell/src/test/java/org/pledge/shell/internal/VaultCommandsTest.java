package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.CredentialService;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService;
import org.pledge.vault.RevealService;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.VaultAdministration;
import org.pledge.vault.VaultAdministration.Key;
import org.pledge.vault.VaultAdministration.Seal;
import org.pledge.vault.VaultAdministration.Status;

class VaultCommandsTest {
    private static final UUID ID = UUID.randomUUID();
    private static final Instant NOW = Instant.now();
    private static final String NUMBER = "4111111111111111";

    private final List<Object> asked = new ArrayList<>();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private Status status = new Status(Seal.SEALED, 1, 2);
    private char[] share = {};
    private char[] code = {};
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(VaultAdministration.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                return switch (method.getName()) {
                    case "status", "seal" -> status;
                    case "unseal" -> {
                        share = (char[]) arguments[1];
                        asked.add(new String(share));
                        yield status;
                    }
                    case "keys" -> List.of(new Key("2026-11.1", NOW, 7, true));
                    case "rotate" -> new Key("2026-11.2", NOW, 0, true);
                    case "rewrap" -> {
                        ((LongConsumer) arguments[1]).accept(5);
                        yield 7L;
                    }
                    case "report" ->
                        new VaultAdministration.Report(
                                status,
                                Map.of(Network.VISA, 3L),
                                1,
                                Map.of(PaymentService.State.CONFIRMED, 9L),
                                Duration.ofMinutes(2),
                                1,
                                4,
                                List.of(new Key("2026-11.1", NOW, 7, true)));
                    default -> throw new AssertionError(method.getName());
                };
            })
            .with(RevealService.class, (proxy, method, arguments) -> {
                asked.add(method.getName());
                return switch (method.getName()) {
                    case "open" -> request(RevealService.State.OPEN, NOW);
                    case "approve" -> {
                        typed((char[]) arguments[2]);
                        yield request(RevealService.State.OPEN, NOW);
                    }
                    case "requests" ->
                        List.of(
                                request(RevealService.State.USED, NOW),
                                request(RevealService.State.EXPIRED, NOW.minus(Duration.ofDays(91))));
                    case "reveal" -> {
                        asked.add(((Caller) arguments[0]).holder() + " " + arguments[1] + " " + arguments[2]);
                        typed((char[]) arguments[3]);
                        ((OutputStream) arguments[4]).write(NUMBER.getBytes(StandardCharsets.US_ASCII));
                        yield null;
                    }
                    default -> throw new AssertionError(method.getName());
                };
            });

    private static PaymentService.Payment payment() {
        return new PaymentService.Payment(
                new TenantId("korax"),
                ID,
                PaymentService.Kind.AUTHORISE,
                Optional.empty(),
                "tok_x",
                4999,
                "EUR",
                "order-1",
                PaymentService.State.SENT,
                "",
                "",
                "",
                NOW,
                NOW,
                Optional.empty());
    }

    private void typed(char[] given) {
        code = given;
        asked.add(new String(given));
    }

    private static Request request(RevealService.State state, Instant opened) {
        return new Request(
                new TenantId("korax"),
                ID,
                "tok_x",
                SubjectId.random(),
                RevealService.Type.EDIT,
                state == RevealService.State.EXPIRED ? "T-old" : "T-1042",
                state,
                opened,
                opened.plusSeconds(900),
                "olga",
                Optional.of("otto"),
                Optional.of(opened));
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        return command;
    }

    /** A terminal of Karaf's, on which somebody types. */
    private Terminal typing(String text) throws IOException {
        DumbTerminal dumb =
                new DumbTerminal(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), screen);
        return (Terminal) Proxy.newProxyInstance(
                VaultCommandsTest.class.getClassLoader(),
                new Class<?>[] {Terminal.class, org.jline.terminal.Terminal.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(dumb, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private String screen() {
        return screen.toString(StandardCharsets.US_ASCII);
    }

    @SuppressWarnings("removal")
    private int as(String name, Role role, String from, PledgeCommand command) throws IOException {
        Subject login = new Subject();
        login.getPrincipals().add(new UserPrincipal(name));
        login.getPrincipals().add(new RolePrincipal(role.name().toLowerCase(java.util.Locale.ROOT)));
        login.getPrincipals().add(new ClientPrincipal("ssh", from));
        try {
            return Subject.doAs(login, (PrivilegedExceptionAction<Integer>) () -> shell.run(command));
        } catch (PrivilegedActionException e) {
            throw (IOException) e.getCause();
        }
    }

    @Test
    void tellsThatTheVaultIsSealedByItsExitCode() throws IOException {
        assertThat(shell.run(new VaultStatus())).isEqualTo(5);
        assertThat(shell.printed()).contains("SEALED", "1", "2");
        status = new Status(Seal.DEVELOPMENT, 0, 0);
        assertThat(shell.run(new VaultStatus())).isZero();
    }

    @Test
    void asksForTheShareUnseenAndWipesIt() throws IOException {
        shell.at(typing("abxc\u007f\u007fcd-1234\rnext"));
        assertThat(as("carla", Role.CUSTODIAN, "/127.0.0.1:9", new VaultUnseal()))
                .isZero();

        assertThat(asked).containsExactly("unseal", "abcd-1234");
        assertThat(screen()).isEqualTo("Share: \r\n");
        assertThat(share).containsOnly('\0');
        assertThat(shell.printed()).contains("1 of 2");
        assertThat(shell.printed() + screen()).doesNotContain("abcd");
    }

    @Test
    void takesNoShareAndShowsNoNumberWithoutATerminal() throws IOException {
        VaultReveal reveal = korax(new VaultReveal());
        reveal.id = ID.toString();

        assertThat(as("carla", Role.CUSTODIAN, "/127.0.0.1:9", new VaultUnseal()))
                .isEqualTo(2);
        assertThat(as("carla", Role.CUSTODIAN, "/127.0.0.1:9", reveal)).isEqualTo(2);
        VaultApprove approve = korax(new VaultApprove());
        approve.id = ID.toString();
        assertThat(as("otto", Role.OFFICER, "/127.0.0.1:9", approve)).isEqualTo(2);
        assertThat(asked).isEmpty();
        assertThat(shell.printed()).contains("this takes a terminal of your own", "Log in first");
    }

    @ParameterizedTest
    @CsvSource({
        "/127.0.0.1:51234,127.0.0.1",
        "localhost/127.0.0.1:1,127.0.0.1",
        "/[0:0:0:0:0:0:0:1]:51234,0:0:0:0:0:0:0:1",
        "/0:0:0:0:0:0:0:1:51234,0:0:0:0:0:0:0:1"
    })
    void showsTheNumberOnTheTerminalAloneAndWipesIt(String connected, String from) throws IOException {
        shell.at(typing("123456\r\r"));
        VaultReveal reveal = korax(new VaultReveal());
        reveal.id = ID.toString();

        assertThat(as("carla", Role.CUSTODIAN, connected, reveal)).isZero();
        assertThat(asked).containsExactly("reveal", "carla " + ID + " " + from, "123456");
        assertThat(screen()).startsWith("Code: \r\n" + NUMBER).endsWith("\r\u001b[2K");
        assertThat(shell.printed() + screen()).doesNotContain("123456");
        assertThat(shell.printed()).doesNotContain("1111");
        assertThat(code).hasSize(6).containsOnly('\0');
    }

    @Test
    void wipesTheNumberToo_whenTheTerminalGoesAway() throws IOException {
        shell.at(typing("123456\r"));
        VaultReveal reveal = korax(new VaultReveal());
        reveal.id = ID.toString();

        assertThat(as("carla", Role.CUSTODIAN, "/127.0.0.1:9", reveal)).isZero();
        assertThat(screen()).endsWith("\r\u001b[2K");
    }

    @Test
    void nobodyButACustodianReachesTheServiceThatShows() throws IOException {
        shell.at(typing("\r"));
        VaultReveal reveal = korax(new VaultReveal());
        reveal.id = ID.toString();

        assertThat(as("otto", Role.OFFICER, "/127.0.0.1:9", reveal)).isEqualTo(3);
        assertThat(asked).isEmpty();
    }

    @Test
    void aRefusalShowsNothing() throws IOException {
        shell.at(typing("123456\r\r")).with(RevealService.class, (proxy, method, arguments) -> {
            throw new PledgeException(Kind.DENIED, "the request was used already").because(List.of("KX-17"));
        });
        VaultReveal reveal = korax(new VaultReveal());
        reveal.id = ID.toString();

        assertThat(as("carla", Role.CUSTODIAN, "/127.0.0.1:9", reveal)).isEqualTo(3);
        assertThat(screen()).isEqualTo("Code: \r\n\r\u001b[2K");
        assertThat(shell.printed()).contains("DENIED by KX-17: the request was used already.");
    }

    @Test
    void rotatesRewrapsAndReportsWithoutData() throws IOException {
        assertThat(shell.run(new VaultKeys())).isZero();
        assertThat(shell.run(new VaultRotate())).isZero();
        assertThat(shell.run(new VaultRewrap())).isZero();
        VaultReport report = korax(new VaultReport());
        report.output = "csv";
        assertThat(shell.run(report)).isZero();
        assertThat(shell.run(new VaultSeal())).isZero();

        assertThat(shell.printed())
                .contains("2026-11.1", "2026-11.2 is in use", "\r5 cards", "7 cards are wrapped anew")
                .contains("cards,VISA,3", "cards,expired,1", "payments,CONFIRMED,9", "reveals,in 30 days,4")
                .contains("The vault is sealed.");
    }

    @Test
    void theVaultIsSealedAlsoWhileNoPolicyIsThere() throws IOException {
        shell.without(ConfidentialityService.class);
        assertThat(shell.run(new VaultSeal())).isZero();
        assertThat(shell.printed()).contains("The vault is sealed.");
    }

    @Test
    void opensApprovesAndListsRequests() throws IOException {
        VaultRequest open = korax(new VaultRequest());
        open.token = "tok_x";
        open.type = "edit";
        open.ticket = "T-1042";
        assertThat(shell.run(open)).isZero();
        VaultApprove approve = korax(new VaultApprove());
        approve.id = ID.toString();
        shell.at(typing("123456\r"));
        assertThat(as("otto", Role.OFFICER, "/127.0.0.1:9", approve)).isZero();
        assertThat(asked).endsWith("approve", "123456");
        assertThat(screen()).isEqualTo("Code: \r\n");
        assertThat(code).hasSize(6).containsOnly('\0');
        VaultRequests list = korax(new VaultRequests());
        list.output = "csv";
        assertThat(shell.run(list)).isZero();
        open.type = "marketing";
        assertThat(shell.run(open)).isEqualTo(2);

        assertThat(shell.printed())
                .contains(ID.toString(), "tok_x,EDIT,T-1042,USED", "olga,otto")
                .contains("type must be one of edit, delete, add, charge");
    }

    @Test
    void listsTheMovementsOfAStateAndWhereToGoOn() throws IOException {
        shell.with(PaymentService.class, (proxy, method, arguments) -> {
            asked.addAll(List.of(arguments).subList(1, 4));
            return new Page<>(List.of(payment()), Optional.of("next-page"));
        });
        VaultPayments list = korax(new VaultPayments());
        assertThat(shell.run(list)).isZero();
        list.state = "SENT";
        list.cursor = "here";
        list.limit = 3;
        list.output = "csv";
        assertThat(shell.run(list)).isZero();
        list.state = "LOST";
        assertThat(shell.run(list)).isEqualTo(2);

        assertThat(asked)
                .containsExactly(
                        PaymentService.State.IN_DOUBT,
                        Optional.empty(),
                        50,
                        PaymentService.State.SENT,
                        Optional.of("here"),
                        3);
        assertThat(shell.printed())
                .contains("More: --cursor next-page", "tok_x,4999,EUR,order-1,SENT", "state must be one of");
    }

    @Test
    void listsForAReviewWhoMaySeeNumbersAndWhoDid() throws IOException {
        shell.with(
                CredentialService.class,
                (proxy, method, arguments) ->
                        List.of(credential("vault-desk", Role.CUSTODIAN), credential("crm", Role.OPERATOR)));
        VaultReview review = korax(new VaultReview());
        review.output = "csv";

        assertThat(as("anna", Role.AUDITOR, "/127.0.0.1:9", review)).isZero();
        assertThat(shell.printed())
                .contains("custodian,credential vault-desk,", "without end,staff-3", "key,2026-11.1,")
                .contains("request EDIT,T-1042,", "opened olga approved otto")
                .doesNotContain("T-old", "crm");
        assertThat(as("otto", Role.OPERATOR, "/127.0.0.1:9", review)).isEqualTo(3);
    }

    private static CredentialService.Credential credential(String name, Role role) {
        return new CredentialService.Credential(
                new TenantId("korax"), name, "staff-3", Set.of(role), NOW, Optional.empty());
    }

    @Test
    void findsTheUsersThatHoldARoleByThemselvesOrThroughAGroup(@TempDir Path etc) throws IOException {
        Files.writeString(
                etc.resolve("users.properties"),
                "custodian = secret\ncarla = secret,custodian,ssh\nvera = x,_g_:vault\nolga = x,operator\n"
                        + "_g_\\:vault = group,custodian\n");
        Files.writeString(etc.resolve("keys.properties"), "kim = AAAA,ssh,custodian\n");

        assertThat(ShellUsers.holding(Role.CUSTODIAN, etc)).containsExactly("carla", "kim", "vera");
    }
}
