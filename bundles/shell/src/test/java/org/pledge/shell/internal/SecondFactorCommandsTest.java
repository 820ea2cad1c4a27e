package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.access.SecondFactors;
import org.pledge.access.SecondFactors.Enrolment;

class SecondFactorCommandsTest {
    private static final String SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    private static final String APART = "\u001b[?1049h\u001b[H\u001b[2J";
    private static final String BACK = "\u001b[H\u001b[2J\u001b[?1049l";

    private final List<String> asked = new ArrayList<>();
    private final List<char[]> codes = new ArrayList<>();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private boolean there = true;
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(SecondFactors.class, (proxy, method, arguments) -> {
                Caller caller = (Caller) arguments[0];
                asked.add(method.getName() + " " + caller.tenant() + " " + caller.holder());
                return switch (method.getName()) {
                    case "enrol" -> new Enrolment(SECRET, "otpauth://totp/x?secret=" + SECRET);
                    case "confirm" -> {
                        typed((char[]) arguments[1]);
                        yield null;
                    }
                    case "revoke" -> {
                        asked.add("of " + arguments[1]);
                        typed((char[]) arguments[2]);
                        yield there;
                    }
                    default -> throw new AssertionError(method.getName());
                };
            });

    private void typed(char[] code) {
        asked.add("code " + new String(code));
        codes.add(code);
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        return command;
    }

    private Terminal typing(String text) throws IOException {
        DumbTerminal dumb =
                new DumbTerminal(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), screen);
        return (Terminal) Proxy.newProxyInstance(
                SecondFactorCommandsTest.class.getClassLoader(),
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
    private int as(String name, String role, PledgeCommand command) throws IOException {
        Subject login = new Subject();
        login.getPrincipals().add(new UserPrincipal(name));
        login.getPrincipals().add(new RolePrincipal(role));
        try {
            return Subject.doAs(login, (PrivilegedExceptionAction<Integer>) () -> shell.run(command));
        } catch (PrivilegedActionException e) {
            throw (IOException) e.getCause();
        }
    }

    @Test
    void showsTheSecretOnAScreenOfItsOwnAlone() throws IOException {
        shell.at(typing("\r"));
        assertThat(as("Carla", "custodian", korax(new PledgeSecondFactorEnrol())))
                .isZero();

        assertThat(asked).containsExactly("enrol korax carla");
        assertThat(screen())
                .startsWith(APART)
                .contains("Secret   " + SECRET + "\r\n", "otpauth://totp/x?secret=" + SECRET + "\r\n")
                .endsWith(BACK);
        assertThat(shell.printed())
                .contains("pledge:second-factor-confirm --tenant korax")
                .doesNotContain(SECRET);
    }

    @Test
    void nothingIsShownOrMadeWhereNobodySits() throws IOException {
        assertThat(as("carla", "custodian", korax(new PledgeSecondFactorEnrol())))
                .isEqualTo(2);
        assertThat(as("carla", "custodian", korax(new PledgeSecondFactorConfirm())))
                .isEqualTo(2);
        assertThat(as("carla", "custodian", korax(new PledgeSecondFactorRevoke())))
                .isEqualTo(2);

        assertThat(asked).isEmpty();
        assertThat(shell.printed()).contains("this takes a terminal of your own");
    }

    @Test
    void confirmsWithACodeTypedUnseen() throws IOException {
        shell.at(typing("123456\r"));
        assertThat(as("carla", "custodian", korax(new PledgeSecondFactorConfirm())))
                .isZero();

        assertThat(asked).containsExactly("confirm korax carla", "code 123456");
        assertThat(screen()).isEqualTo("Code: \r\n");
        assertThat(codes).containsExactly(new char[6]);
        assertThat(shell.printed()).contains("in use").doesNotContain("123456");
    }

    @Test
    void saysWhyACodeDoesNotDoAndWipesIt() throws IOException {
        shell.at(typing("123456\r")).with(SecondFactors.class, (proxy, method, arguments) -> {
            typed((char[]) arguments[1]);
            throw new PledgeException(Kind.DENIED, "the code is wrong").remedy("Type another.");
        });
        assertThat(as("carla", "custodian", korax(new PledgeSecondFactorConfirm())))
                .isEqualTo(3);

        assertThat(shell.printed()).isEqualTo("DENIED: the code is wrong. Type another.\n");
        assertThat(codes).containsExactly(new char[6]);
    }

    @Test
    void endsOnesOwnWithACode() throws IOException {
        shell.at(typing("123456\r654321\r"));
        assertThat(as("Carla", "custodian", korax(new PledgeSecondFactorRevoke())))
                .isZero();
        PledgeSecondFactorRevoke named = korax(new PledgeSecondFactorRevoke());
        named.holder = "CARLA";
        assertThat(as("carla", "custodian", named)).isZero();

        assertThat(asked)
                .containsExactly(
                        "revoke korax carla",
                        "of carla",
                        "code 123456",
                        "revoke korax carla",
                        "of CARLA",
                        "code 654321");
    }

    @Test
    void endsSomebodyElsesWithoutOne() throws IOException {
        PledgeSecondFactorRevoke revoke = korax(new PledgeSecondFactorRevoke());
        revoke.holder = "carla";
        assertThat(as("adam", "admin", revoke)).isZero();
        there = false;
        assertThat(as("adam", "admin", revoke)).isEqualTo(4);

        assertThat(asked.subList(0, 3)).containsExactly("revoke korax adam", "of carla", "code ");
        assertThat(shell.printed()).contains("is ended", "there is no second factor of that holder");
    }
}
