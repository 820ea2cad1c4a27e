package org.pledge.shell.internal;

import java.time.Instant;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.HoldService;

/** Lists legal holds, newest first. */
@Service
@Command(
        scope = "retention",
        name = "holds",
        description = "Lists legal holds, newest first",
        detailedDescription = """
            Example: retention:holds --tenant anyip
            """)
public final class RetentionHolds extends TenantCommand {
    @Override
    int run() {
        Instant now = Instant.now();
        Rows rows = new Rows(
                "Hold",
                "State",
                "Category",
                "Subject",
                "Ground",
                "Reference",
                "Placed",
                "Ends",
                "Wanted by",
                "Release");
        service(HoldService.class)
                .list(caller())
                .forEach(h -> rows.add(
                        h.id(),
                        h.inForce(now) ? "IN FORCE" : "ENDED",
                        h.category(),
                        h.subject(),
                        h.ground(),
                        h.reference(),
                        h.placed(),
                        h.ends(),
                        h.approvals(),
                        h.releases()));
        print(rows);
        return 0;
    }
}
