package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.CredentialService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.policy.Policy;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.PartnerService;
import org.pledge.subject.SubjectService;

class PledgeCommandTest {
    private final FakeShell shell = FakeShell.withPolicyOf("korax");

    @TempDir
    Path folder;

    @Test
    void aRefusalIsOneSentenceAndTheRemedyAnother() throws IOException {
        shell.run(new Refused(new PledgeException(Kind.CONFLICT, "this credential has already approved the case")
                .because(List.of("KX-1", "KX-2"))
                .remedy("Have another officer approve it, too.")));

        assertThat(shell.printed())
                .isEqualTo("CONFLICT by KX-1, KX-2: this credential has already approved the case. "
                        + "Have another officer approve it, too.\n");
    }

    @Test
    void aSentenceThatHasItsFullStopGetsNoSecondOne() throws IOException {
        shell.run(new Refused(new PledgeException(Kind.DENIED, "Nobody gets it.")));

        assertThat(shell.printed()).isEqualTo("DENIED: Nobody gets it.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED, 2",
        "INVALID, 2",
        "DENIED, 3",
        "UNAUTHENTICATED, 3",
        "NOT_FOUND, 4",
        "UNAVAILABLE, 5",
        "CONFLICT, 6",
        "STALE, 6"
    })
    void eachKindOfRefusalHasItsExitCode(Kind kind, int code) throws IOException {
        assertThat(shell.run(new Refused(new PledgeException(kind, "no")))).isEqualTo(code);
    }

    @Test
    void aStoppedPartIsUnavailable() throws IOException {
        assertThat(shell.run(tenant(new PledgeCredentials(), "korax"))).isEqualTo(5);
        assertThat(shell.printed())
                .isEqualTo("UNAVAILABLE: CredentialService is stopped. "
                        + "Nothing was done. Try again in a moment; pledge:status shows the parts.\n");
    }

    @Test
    void aMissingRoleIsRecordedAndStillRefused() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        shell.recording(leaves).with(LegalCaseService.class, (proxy, method, arguments) -> {
            ((Caller) arguments[0]).require(Role.OFFICER);
            return null;
        });

        assertThat(shell.run(approve())).isEqualTo(3);
        assertThat(shell.printed()).startsWith("DENIED: this takes one of the roles [OFFICER]. ");
        assertThat(leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ROLE_REFUSED);
            assertThat(leaf.tenant()).isEqualTo(new TenantId("korax"));
            assertThat(leaf.actor()).isEqualTo("shell:unknown");
            assertThat(leaf.details()).isEqualTo(Map.of("operation", "sharing:case-approve", "roles", "OFFICER"));
        });
    }

    @Test
    void aRoleThatWaitsForTheDutyOfConfidentialityIsRefusedByItsPromise() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        Caller waiting = new Caller(new TenantId("korax"), "shell:ann", Set.of(Role.OFFICER))
                .waiting(Set.of(Role.OFFICER), List.of("AI-31"), "Read it and accept it.");
        shell.recording(leaves)
                .with(ConfidentialityService.class, (proxy, method, arguments) -> waiting)
                .with(LegalCaseService.class, (proxy, method, arguments) -> {
                    ((Caller) arguments[0]).require(Role.OFFICER);
                    return null;
                });

        assertThat(shell.run(approve())).isEqualTo(3);
        assertThat(shell.printed()).startsWith("DENIED by AI-31: your role is not active: ");
        assertThat(leaves).singleElement().satisfies(leaf -> assertThat(leaf.promises())
                .containsExactly("AI-31"));
    }

    private static SharingCaseApprove approve() {
        SharingCaseApprove approve = tenant(new SharingCaseApprove(), "korax");
        approve.id = "5f0e7c1a-94b2-4d38-8a6f-1b2c3d4e5f60";
        return approve;
    }

    @Test
    void aMissingRoleIsRefusedWhereItCannotBeRecorded() throws IOException {
        shell.with(LegalCaseService.class, (proxy, method, arguments) -> {
            ((Caller) arguments[0]).require(Role.OFFICER);
            return null;
        });

        assertThat(shell.run(approve())).isEqualTo(3);
        assertThat(shell.printed()).startsWith("DENIED: this takes one of the roles [OFFICER]. ");
    }

    @Test
    void otherRefusalsAreNotRecordedAsOnesByRole() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        shell.recording(leaves).with(LegalCaseService.class, (proxy, method, arguments) -> {
            throw new PledgeException(Kind.DENIED, "never").because(List.of("KX-1"));
        });

        assertThat(shell.run(approve())).isEqualTo(3);
        assertThat(leaves).isEmpty();
    }

    @Test
    void aCredentialIsIssuedToItsHolder() throws IOException {
        List<Object> asked = new ArrayList<>();
        shell.with(CredentialService.class, (proxy, method, arguments) -> {
            asked.addAll(List.of(arguments[1], arguments[2]));
            return new CredentialService.Issued(
                    new CredentialService.Credential(
                            new TenantId("korax"), "desk", "x", Set.of(Role.OFFICER), Instant.EPOCH, Optional.empty()),
                    "pl_token",
                    "password");
        });
        PledgeCredentialIssue issue = tenant(new PledgeCredentialIssue(), "korax");
        issue.name = "desk";
        issue.role = List.of("officer");
        assertThat(shell.run(issue)).isZero();
        issue.holder = "staff-17";
        assertThat(shell.run(issue)).isZero();

        assertThat(asked).containsExactly("desk", "desk", "desk", "staff-17");
    }

    @Test
    void thePasswordOfAUsernameTokenIsShownWhenAskedFor() throws IOException {
        shell.with(
                CredentialService.class,
                (proxy, method, arguments) -> new CredentialService.Issued(
                        new CredentialService.Credential(
                                new TenantId("korax"),
                                "parcel-post",
                                "x",
                                Set.of(Role.PARTNER),
                                Instant.EPOCH,
                                Optional.empty()),
                        "pl_token",
                        "secret"));
        PledgeCredentialIssue issue = tenant(new PledgeCredentialIssue(), "korax");
        issue.name = "parcel-post";
        issue.role = List.of("partner");
        shell.run(issue);
        assertThat(shell.printed()).isEqualTo("pl_token\n");
        issue.usernameToken = true;
        shell.run(issue);
        assertThat(shell.printed()).endsWith("pl_token\nusername korax/parcel-post\npassword secret\n");
    }

    static Stream<PledgeCommand> commandsOfATenant() {
        PledgeCredentialIssue issue = new PledgeCredentialIssue();
        issue.name = "crm";
        issue.role = List.of("operator");
        PolicyMatrixCommand matrix = new PolicyMatrixCommand();
        matrix.tenant = "acme";
        return Stream.concat(
                Stream.of(issue, new SubjectList(), new PartnerTestCommand(), new AuditTail(), new AuditVerify())
                        .map(command -> tenant(command, "acme")),
                Stream.of(matrix));
    }

    @ParameterizedTest
    @MethodSource("commandsOfATenant")
    void anUnknownTenantIsNotFoundBeforeAnythingIsDone(PledgeCommand command) throws IOException {
        for (Class<?> type :
                List.of(CredentialService.class, SubjectService.class, PartnerService.class, AuditLog.class)) {
            shell.with(type, (proxy, method, arguments) -> {
                throw new AssertionError(method.getName());
            });
        }

        assertThat(shell.run(command)).isEqualTo(4);
        assertThat(shell.printed())
                .isEqualTo("NOT_FOUND: acme has no policy in force. "
                        + "See policy:list for the tenants and versions that there are.\n");
    }

    @Test
    void whoseRoleWaitsForADutyDoesNotSeeWhomActsAreAbout() throws IOException {
        shell.with(ConfidentialityService.class, (proxy, method, arguments) -> new Caller(
                        new TenantId("korax"), "shell:olga", "olga", Set.of(Role.OFFICER))
                .waiting(Set.of(Role.OFFICER), List.of("AI-31"), "Accept it."));
        shell.with(AuditLog.class, (proxy, method, arguments) -> List.of());

        assertThat(shell.run(tenant(new AuditTail(), "korax"))).isEqualTo(3);
        assertThat(shell.printed()).startsWith("DENIED by AI-31: your role is not active");
    }

    @Test
    void theRecordOfTheRoutesIsThePlatformsOwn() throws IOException {
        shell.with(AuditLog.class, (proxy, method, arguments) -> new Verification(91, OptionalLong.empty(), "ab12"));

        assertThat(shell.run(tenant(new AuditVerify(), "platform"))).isZero();
        assertThat(shell.printed()).isEqualTo("Intact: 91 entries, head position 90, head ab12\n");
    }

    @Test
    void anEmptyRecordHasNoHeadPosition() throws IOException {
        shell.with(AuditLog.class, (proxy, method, arguments) -> new Verification(0, OptionalLong.empty(), "00"));

        shell.run(tenant(new AuditVerify(), "korax"));

        assertThat(shell.printed()).isEqualTo("Intact: 0 entries, head 00\n");
    }

    @ParameterizedTest
    @CsvSource({"json, false", "csv, false", "table, true"})
    void onlyPeopleAreToldThatThereIsMore(String output, boolean told) throws IOException {
        shell.with(
                SubjectService.class, (proxy, method, arguments) -> new Page<Object>(List.of(), Optional.of("next-1")));
        SubjectList list = tenant(new SubjectList(), "korax");
        list.output = output;

        assertThat(shell.run(list)).isZero();
        assertThat(shell.printed().contains("More: --cursor next-1")).isEqualTo(told);
    }

    @Test
    void aChoiceIsNamedAsItIsTyped() {
        assertThat(PledgeCommand.oneOf(Policy.Status.class, "--status", "declared-only"))
                .isEqualTo(Policy.Status.DECLARED_ONLY);
        assertThatThrownBy(() -> PledgeCommand.oneOf(Policy.Status.class, "--status", "kept"))
                .hasMessage("--status must be one of enforced, planned, declared-only");
        assertThatThrownBy(() -> PledgeCommand.oneOf(Role.class, "--role", "king"))
                .hasMessageContaining("custodian");
    }

    @ParameterizedTest
    @CsvSource({
        "/, 2, INVALID: / is a directory. Give the path of a file that ends in .policy.yaml.",
        "/dev/null, 2, INVALID: /dev/null is no pack. Give the path of a file that ends in .policy.yaml.",
        "/no/such.yaml, 4, NOT_FOUND: there is no file /no/such.yaml. Give the path of a file that ends in"
                + " .policy.yaml."
    })
    void whatIsNoPackIsSaidPlainly(String file, int code, String text) throws IOException {
        PolicyValidate validate = new PolicyValidate();
        validate.file = file;

        assertThat(shell.run(validate)).isEqualTo(code);
        assertThat(shell.printed()).isEqualTo(text + "\n");
    }

    @Test
    void aPackThatIsNoTextIsSaidPlainly() throws IOException {
        PolicyValidate validate = new PolicyValidate();
        validate.file = Files.write(folder.resolve("odd.policy.yaml"), new byte[] {(byte) 0xff})
                .toString();

        assertThat(shell.run(validate)).isEqualTo(2);
        assertThat(shell.printed()).contains("odd.policy.yaml is not text in UTF-8. ");
    }

    private static <C extends TenantCommand> C tenant(C command, String tenant) {
        command.tenant = tenant;
        return command;
    }

    private static final class Refused extends PledgeCommand {
        private final PledgeException refusal;

        Refused(PledgeException refusal) {
            this.refusal = refusal;
        }

        @Override
        int run() {
            throw refusal;
        }
    }
}
