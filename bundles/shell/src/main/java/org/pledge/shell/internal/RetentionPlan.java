package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.RetentionService;

/** Counts what a sweep would remove now. */
@Service
@Command(
        scope = "retention",
        name = "plan",
        description = "Counts what a sweep would remove now; removes nothing",
        detailedDescription = """
            Example: retention:plan --tenant anonymizer
            """)
public final class RetentionPlan extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Category", "Purposes", "Removed by", "Older than", "Count", "Held");
        service(RetentionService.class)
                .plan(caller())
                .forEach(p -> rows.add(p.category(), p.purposes(), p.answeredBy(), p.before(), p.count(), p.held()));
        print(rows);
        return 0;
    }
}
