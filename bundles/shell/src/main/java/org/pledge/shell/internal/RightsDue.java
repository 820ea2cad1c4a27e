package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;

/** Lists requests with a deadline ahead, the longest overdue first. */
@Service
@Command(
        scope = "rights",
        name = "due",
        description = "Lists requests with a deadline ahead, the longest overdue first",
        detailedDescription = """
            Example: rights:due --tenant korax --days 10
            """)
public final class RightsDue extends TenantCommand {
    @Option(name = "--days", description = "Within how many days")
    int days = 30;

    @Option(name = "--limit", description = "At most so many, up to 1000")
    int limit = 100;

    @Override
    int run() {
        RightsService rights = service(RightsService.class);
        List<Request> due = rights.due(caller(), days, limit);
        print(RightsCommand.rows(due, rights.outstanding(caller(), due)));
        return 0;
    }
}
