package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.security.PrivilegedAction;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.GroupPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;

class ShellUserTest {
    private static final TenantId KORAX = new TenantId("korax");

    @Test
    void theNameIsTheLoginsWhateverTheSessionSays() {
        Caller caller = calledBy(new UserPrincipal("ana"), new RolePrincipal("officer"));

        assertThat(caller.name()).isEqualTo("shell:ana");
        assertThat(caller.holder()).isEqualTo("ana");
        assertThat(caller.tenant()).isEqualTo(KORAX);
        assertThat(caller.roles()).containsExactly(Role.OFFICER);
    }

    @Test
    void aUserOrGroupThatIsNamedLikeARoleDoesNotHoldIt() {
        Caller caller =
                calledBy(new UserPrincipal("officer"), new GroupPrincipal("operator"), new RolePrincipal("viewer"));

        assertThat(caller.roles()).containsExactly(Role.VIEWER);
    }

    @Test
    void anAdministratorIssuesCredentialsAndHasNoOtherRoleByThat() {
        assertThat(calledBy(new UserPrincipal("root"), new RolePrincipal("admin"))
                        .roles())
                .containsExactly(Role.ADMIN);
    }

    @Test
    void withoutALoginThereAreNoRoles() {
        assertThat(command().caller(KORAX).roles()).isEmpty();
    }

    /** What a command sees whose user has set the session's variable USER to another name. */
    @SuppressWarnings("removal")
    private static Caller calledBy(Principal... principals) {
        Command command = command();
        InvocationHandler mallory = (proxy, method, arguments) -> "mallory";
        command.session = (Session)
                Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {Session.class}, mallory);
        Subject login = new Subject(true, Set.of(principals), Set.of(), Set.of());
        return Subject.doAs(login, (PrivilegedAction<Caller>) () -> command.caller(KORAX));
    }

    private static Command command() {
        Command command = new Command();
        command.bundle = new FakeShell().bundle();
        return command;
    }

    private static final class Command extends PledgeCommand {
        @Override
        int run() {
            return 0;
        }
    }
}
