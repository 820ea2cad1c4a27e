package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.audit.LedgerRollbacks;

/** Shows records of acts that lost entries, and has one go on. */
@Service
@Command(
        scope = "audit",
        name = "rollback",
        description = "Shows records of acts that lost entries, and has one go on",
        detailedDescription =
                """
            Example: audit:rollback
            Example: audit:rollback --tenant korax --accept restored
            REASON is restored, replaced or mark-damaged. The exit code is 1 while some record waits.
            """)
public final class AuditRollback extends PledgeCommand {
    @Option(name = "--tenant", description = "The tenant, such as korax")
    String tenant = "";

    @Option(name = "--accept", description = "Why the record may go on: restored, replaced or mark-damaged")
    String accept = "";

    @Override
    int run() {
        LedgerRollbacks rollbacks = service(LedgerRollbacks.class);
        if (!accept.isEmpty()) {
            TenantId of = new TenantId(tenant);
            rollbacks.accept(caller(of), of, oneOf(LedgerRollbacks.Reason.class, "--accept", accept));
            out().println("The record of " + tenant + " goes on; that it was rolled back is on the record.");
            return 0;
        }
        Rows rows = new Rows("Tenant", "Known position", "Position", "Known head", "Head");
        rollbacks
                .waiting()
                .forEach(each -> rows.add(
                        each.tenant().value(),
                        each.known().position(),
                        each.found().position(),
                        each.known().chain(),
                        each.found().chain()));
        print(rows);
        return rollbacks.waiting().isEmpty() ? 0 : 1;
    }
}
