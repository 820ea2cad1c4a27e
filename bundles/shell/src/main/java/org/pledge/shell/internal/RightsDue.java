package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

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
        print(RightsCommand.rows(service(RightsService.class).due(caller(), days, limit)));
        return 0;
    }
}
