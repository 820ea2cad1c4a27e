package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyMatrix;

/** Asks every policy the same questions. */
@Service
@Command(
        scope = "policy",
        name = "matrix",
        description = "Asks every policy the same questions",
        detailedDescription =
                """
            Example: policy:matrix
            Example: policy:matrix --output json
            """)
public final class PolicyMatrixCommand extends PledgeCommand {
    @Option(name = "--tenant", description = "Only this tenant")
    String tenant;

    @Override
    int run() {
        Rows rows = new Rows("Question", "Tenant", "Answer", "Promises", "Fields", "Why", "Asked");
        for (PolicyMatrix.Answer answer : service(PolicyMatrix.class).answers()) {
            if (tenant == null || answer.tenant().value().equals(tenant)) {
                Decision decision = answer.decision();
                boolean permitted = decision instanceof Decision.Permitted;
                rows.add(
                        answer.question().id(),
                        answer.prefix(),
                        permitted ? "PERMITTED" : "DENIED",
                        String.join(" ", decision.promises()),
                        decision instanceof Decision.Permitted p
                                ? String.join(" ", p.fields().stream().sorted().toList())
                                : "",
                        decision instanceof Decision.Denied d
                                ? d.reasons().get(0).text()
                                : "",
                        answer.question().text());
            }
        }
        print(rows);
        return 0;
    }
}
