package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.felix.service.command.CommandSession;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;

class HiddenCommandsTest {
    private static final Set<String> KNOWN = Set.of(
            "audit:tail",
            "audit:verify",
            "deploy:list",
            "pledge:credential-issue",
            "shell:exec",
            "policy:list",
            "vault:reveal");

    private final FakeShell shell = FakeShell.withPolicyOf("korax");
    private final List<Leaf> leaves = new ArrayList<>();

    @TempDir
    Path etc;

    @BeforeEach
    void rules() throws IOException {
        shell.recording(leaves);
        Files.writeString(
                etc.resolve("org.apache.karaf.command.acl.audit.cfg"),
                "# who\nverify = auditor\n* = auditor, officer\n");
    }

    @SuppressWarnings("removal")
    private void missed(String line, Exception exception) {
        Registry registry = FakeShell.fake(
                Registry.class,
                (proxy, method, arguments) -> KNOWN.contains(arguments[0] + ":" + arguments[1])
                        ? FakeShell.fake(Command.class, (command, get, none) -> null)
                        : null);
        Session karaf = FakeShell.fake(Session.class, (proxy, method, arguments) -> registry);
        CommandSession session = FakeShell.fake(
                CommandSession.class, (proxy, method, arguments) -> arguments[0].equals(".session") ? karaf : null);
        Subject login =
                new Subject(true, Set.of(new UserPrincipal("vera"), new RolePrincipal("viewer")), Set.of(), Set.of());
        Subject.doAs(login, (PrivilegedAction<Void>) () -> {
            new HiddenCommands(shell.bundle(), etc).afterExecute(session, line, exception);
            return null;
        });
    }

    private void missed(String line, String command) {
        missed(line, new IllegalArgumentException("Command not found: " + command));
    }

    @ParameterizedTest
    @CsvSource({
        "audit:tail --tenant korax --limit 5, audit:tail, 'AUDITOR,OFFICER', korax",
        "audit:verify --tenant=korax, audit:verify, AUDITOR, korax",
        "tail --tenant 'nobody', audit:tail, 'AUDITOR,OFFICER', platform",
        "deploy:list, deploy:list, ADMIN, platform",
        "vault:reveal --tenant korax 1, vault:reveal, ADMIN, korax",
        "pledge:credential-issue --role officer jane@example.org, pledge:credential-issue, ADMIN, platform"
    })
    void whatTheAccessRulesHideIsRecorded(String line, String command, String roles, String tenant) {
        missed(line, command);

        assertThat(leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ROLE_REFUSED);
            assertThat(leaf.actor()).isEqualTo("shell:vera");
            assertThat(leaf.tenant()).isEqualTo(new TenantId(tenant));
            assertThat(leaf.details()).isEqualTo(Map.of("operation", command, "roles", roles));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit:tial", "tail", "shell:exec", "audit:jane@example.org", "jane doe"})
    void whatIsMisspeltOrNotOursIsNotRecorded(String command) {
        missed(command, command);

        assertThat(leaves).isEmpty();
    }

    @Test
    void anotherFailureIsNoRefusal() {
        missed("audit:tail", new IllegalStateException("audit:tail"));
        missed("audit:tail", new IllegalStateException());

        assertThat(leaves).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {AuditLog.class, Transactions.class})
    void whereItCannotBeRecordedNothingElseHappens(Class<?> stopped) {
        shell.without(stopped);
        missed("audit:tail --tenant korax", "audit:tail");

        assertThat(leaves).isEmpty();
    }
}
