package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Says what a policy answers about one recipient, purpose and kind of data. */
@Service
@Command(
        scope = "policy",
        name = "explain",
        description = "Says what a policy answers about one recipient, purpose and kind of data",
        detailedDescription =
                """
            Example: policy:explain --tenant korax shipping-partner delivery email
            """)
public final class PolicyExplain extends TenantCommand {
    @Argument(index = 0, name = "recipient", description = "A recipient of the policy", required = true)
    String recipient;

    @Argument(index = 1, name = "purpose", description = "What for", required = true)
    String purpose;

    @Argument(index = 2, name = "field", description = "A kind of data", required = true)
    String field;

    @Override
    int run() {
        Policy.Ruling ruling = service(PolicyService.class).current(tenant()).ruling(recipient, purpose, field);
        out().println((ruling.need() == Policy.Need.NEVER ? "DENIED" : "PERMITTED, consent needed: " + ruling.need())
                + " by " + String.join(", ", ruling.promises()) + ": "
                + sentences(ruling.text(), ruling.remedy()));
        ruling.needIn().forEach((where, need) -> out().println("  in " + where + ": " + need));
        ruling.obligations().forEach(o -> out().println("  obligation " + o.name() + " " + Rows.words(o.parameters())));
        return ruling.need() == Policy.Need.NEVER ? DENIED : 0;
    }
}
