package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Guardian;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Receipt;
import org.pledge.consent.ConsentService.Told;
import org.pledge.rights.RightsService.Evidence;

class AuthorisationCommandsTest {
    private static final TenantId TENANT = new TenantId("anyip");
    private static final SubjectId CHILD = SubjectId.random();
    private static final SubjectId MOTHER = SubjectId.random();
    private static final UUID NOTICE = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant OF_AGE = Instant.parse("2028-02-01T00:00:00Z");

    private final FakeShell shell = FakeShell.withPolicyOf("anyip")
            .with(ConsentService.class, (proxy, method, arguments) -> {
                assertThat(arguments[1]).isEqualTo(CHILD);
                return switch (method.getName()) {
                    case "authorise" -> {
                        assertThat(arguments[2])
                                .isEqualTo(new Guardian(MOTHER, Evidence.OFFICIAL_DECISION, Set.of("marketing")));
                        yield List.of(marketing());
                    }
                    case "authorisations" -> List.of(marketing());
                    case "withdrawAuthorisation" -> {
                        assertThat(arguments[2]).isEqualTo(Optional.of("marketing"));
                        assertThat(arguments[3]).isEqualTo("shell");
                        yield new Receipt(
                                UUID.randomUUID(),
                                TENANT,
                                CHILD,
                                Kind.WITHDRAWN,
                                NOW,
                                3,
                                1,
                                List.of(),
                                List.of(new Told(NOTICE, "acme")));
                    }
                    default -> throw new AssertionError(method.getName());
                };
            });

    private static Authorisation marketing() {
        return new Authorisation(
                TENANT, CHILD, "marketing", MOTHER, Evidence.OFFICIAL_DECISION, NOW, "desk", OF_AGE, Optional.empty());
    }

    private static <C extends TenantCommand> C anyip(C command) {
        command.tenant = "anyip";
        return command;
    }

    private ConsentAuthorise authorise(String evidence) {
        ConsentAuthorise command = anyip(new ConsentAuthorise());
        command.subject = CHILD.toString();
        command.guardian = MOTHER.toString();
        command.evidence = evidence;
        command.purposes = List.of("marketing");
        return command;
    }

    @Test
    void saysUntilWhenAPurposeIsAuthorised() throws IOException {
        assertThat(shell.run(authorise("official-decision"))).isZero();
        assertThat(shell.printed()).contains("marketing is authorised until " + OF_AGE + ".");
    }

    @Test
    void takesNoOtherEvidence() throws IOException {
        assertThat(shell.run(authorise("hearsay"))).isEqualTo(2);
    }

    @Test
    void listsWhatWasAuthorised() throws IOException {
        ConsentAuthorisations command = anyip(new ConsentAuthorisations());
        command.subject = CHILD.toString();
        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("marketing", MOTHER.toString(), "OFFICIAL_DECISION", OF_AGE.toString());
    }

    @Test
    void takesOneBackAndSaysWhoIsTold() throws IOException {
        ConsentAuthorisationWithdraw command = anyip(new ConsentAuthorisationWithdraw());
        command.subject = CHILD.toString();
        command.purpose = "marketing";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("1 queued disclosures stopped", "is told: acme, notice " + NOTICE);
    }
}
