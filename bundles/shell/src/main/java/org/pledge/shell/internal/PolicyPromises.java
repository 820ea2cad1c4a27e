package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Lists the promises of a policy and what keeps each. */
@Service
@Command(
        scope = "policy",
        name = "promises",
        description = "Lists the promises of a policy and what keeps each",
        detailedDescription =
                """
            Example: policy:promises --tenant korax --status planned
            Example: policy:promises --tenant korax --output csv
            """)
public final class PolicyPromises extends TenantCommand {
    @Option(name = "--status", description = "enforced, planned or declared-only")
    String status;

    @Override
    int run() {
        Rows rows = new Rows("Promise", "Status", "Control", "Parameters", "Section", "Text");
        for (Policy.Promise promise :
                service(PolicyService.class).current(tenant()).promises()) {
            if (status == null || promise.status() == oneOf(Policy.Status.class, "--status", status)) {
                rows.add(
                        promise.id(),
                        promise.status(),
                        promise.control(),
                        promise.parameters(),
                        promise.section(),
                        promise.text() + (promise.reason().isEmpty() ? "" : " [" + promise.reason() + "]"));
            }
        }
        print(rows);
        return 0;
    }
}
