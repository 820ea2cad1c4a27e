package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.BreachService;

/** Lists breaches, the next deadline first. */
@Service
@Command(
        scope = "rights",
        name = "breaches",
        description = "Lists breaches, the next deadline first",
        detailedDescription = """
            Example: rights:breaches --tenant korax --all
            """)
public final class RightsBreaches extends TenantCommand {
    @Option(name = "--all", description = "With those that ended")
    boolean all;

    @Option(name = "--limit", description = "At most so many, up to 1000")
    int limit = 100;

    @Override
    int run() {
        print(BreachRows.of(service(BreachService.class).breaches(caller(), all, limit)));
        return 0;
    }
}
