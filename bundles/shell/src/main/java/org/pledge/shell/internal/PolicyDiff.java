package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.PolicyService;

/** Shows what changed between two versions of a policy. */
@Service
@Command(
        scope = "policy",
        name = "diff",
        description = "Shows what changed between two versions of a policy",
        detailedDescription = """
            Example: policy:diff --tenant korax 1 2
            """)
public final class PolicyDiff extends TenantCommand {
    @Argument(index = 0, name = "from", description = "The earlier version", required = true)
    int from;

    @Argument(index = 1, name = "to", description = "The later version", required = true)
    int to;

    @Override
    int run() {
        Rows rows = new Rows("Field", "Material", "Change");
        service(PolicyService.class).diff(tenant(), from, to).forEach(c -> rows.add(c.field(), c.material(), c.text()));
        print(rows);
        return 0;
    }
}
