package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyMatrix;

class PolicyMatrixCommandTest {
    private static final PolicyMatrix.Question CARD = question(
            "3a", "A card authorisation to the clearing house, a processor under an agreement with the company");
    private static final PolicyMatrix.Question STATISTICS = question("4b", "Visitor statistics");

    private final FakeShell shell = FakeShell.withPolicyOf("korax");
    private final PolicyMatrixCommand matrix = new PolicyMatrixCommand();

    @Test
    void theTableHasAColumnForEachPolicyAndFitsAWideTerminal() throws IOException {
        List<PolicyMatrix.Answer> answers = new ArrayList<>();
        for (PolicyMatrix.Question question : List.of(CARD, STATISTICS)) {
            answers.add(denied("anonymizer", "AN", question, "AN-12", "AN-10"));
            answers.add(permitted("anyip", "AI", question, "AI-23", "AI-19"));
            answers.add(denied("iwebtrack", "IW", question, "IW-1", "IW-3"));
            answers.add(permitted("korax", "KX", question, "KX-13"));
            answers.add(denied("opentracker", "OT", question, "OT-9", "OT-10", "OT-11"));
        }

        List<String> lines = run(answers).lines().toList();

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(160));
        assertThat(lines.get(0).split("[| ]+")).containsExactly("", "Question", "AN", "AI", "IW", "KX", "OT");
        assertThat(lines.get(2))
                .startsWith("3a | A card authorisation to the clearing")
                .contains("DENIED AN-12, AN-10", "PERMITTED AI-23, AI-19", "PERMITTED KX-13");
        assertThat(lines).hasSize(6);
    }

    @Test
    void aPolicyWithoutAnAnswerHasAnEmptyCell() throws IOException {
        String printed =
                run(List.of(permitted("korax", "KX", CARD, "KX-13"), denied("anyip", "AI", STATISTICS, "AI-1")));

        assertThat(printed).contains("PERMITTED KX-13", "DENIED AI-1");
    }

    @Test
    void whyAddsALineForEachAnswer() throws IOException {
        matrix.why = true;

        assertThat(run(List.of(permitted("korax", "KX", CARD, "KX-13"), denied("anyip", "AI", CARD, "AI-1"))))
                .endsWith("\n\n3a KX  PERMITTED by KX-13: email, name\n"
                        + "3a AI  DENIED by AI-1: The policy says no. Ask first.\n");
    }

    @Test
    void programsGetEveryFactAndNothingElse() throws IOException {
        matrix.why = true;
        matrix.output = "json";

        assertThat(run(List.of(denied("anyip", "AI", STATISTICS, "AI-1"))))
                .isEqualTo("[{\"question\": \"4b\", \"asked\": \"Visitor statistics\", \"recipient\": \"house\", "
                        + "\"purpose\": \"payment\", \"data\": [\"name\", \"email\"], \"tenant\": \"anyip\", "
                        + "\"prefix\": \"AI\", \"version\": 2, \"answer\": \"DENIED\", \"promises\": [\"AI-1\"], "
                        + "\"fields\": [], \"why\": \"The policy says no\", \"remedy\": \"Ask first.\"}]\n");
    }

    @Test
    void oneTenantIsAskedAlone() throws IOException {
        matrix.tenant = "korax";

        assertThat(run(List.of(permitted("korax", "KX", CARD, "KX-13"), denied("anyip", "AI", CARD, "AI-1"))))
                .contains("KX-13")
                .doesNotContain("AI-1");
    }

    private String run(List<PolicyMatrix.Answer> answers) throws IOException {
        shell.with(PolicyMatrix.class, (proxy, method, arguments) -> answers);
        assertThat(shell.run(matrix)).isZero();
        return shell.printed();
    }

    private static PolicyMatrix.Question question(String id, String text) {
        return new PolicyMatrix.Question(
                id, text, "house", "payment", List.of("name", "email"), Policy.Need.NOTHING, Optional.empty());
    }

    private static PolicyMatrix.Answer permitted(
            String tenant, String prefix, PolicyMatrix.Question question, String... promises) {
        return new PolicyMatrix.Answer(
                new TenantId(tenant),
                prefix,
                2,
                question,
                new Decision.Permitted(Set.of("name", "email"), List.of(), List.of(promises), List.of()));
    }

    private static PolicyMatrix.Answer denied(
            String tenant, String prefix, PolicyMatrix.Question question, String... promises) {
        Decision.Reason reason =
                new Decision.Reason(Decision.Code.PROHIBITED, "email", List.of(promises), "The policy says no");
        return new PolicyMatrix.Answer(
                new TenantId(tenant),
                prefix,
                2,
                question,
                new Decision.Denied(List.of(reason), List.of(promises), "Ask first."));
    }
}
