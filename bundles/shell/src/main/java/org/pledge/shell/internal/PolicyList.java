package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Lists the policies in force. */
@Service
@Command(
        scope = "policy",
        name = "list",
        description = "Lists the policies in force",
        detailedDescription = """
            Example: policy:list --output json
            """)
public final class PolicyList extends PledgeCommand {
    @Override
    int run() {
        Rows rows = new Rows(
                "Tenant",
                "Prefix",
                "Version",
                "Controller",
                "Published",
                "Promises",
                "Enforced",
                "Planned",
                "Declared only");
        for (Policy policy : service(PolicyService.class).policies()) {
            rows.add(
                    policy.tenant(),
                    policy.prefix(),
                    policy.version(),
                    policy.controller(),
                    policy.published(),
                    policy.promises().size(),
                    count(policy, Policy.Status.ENFORCED),
                    count(policy, Policy.Status.PLANNED),
                    count(policy, Policy.Status.DECLARED_ONLY));
        }
        print(rows);
        return 0;
    }

    private static long count(Policy policy, Policy.Status status) {
        return policy.promises().stream().filter(p -> p.status() == status).count();
    }
}
