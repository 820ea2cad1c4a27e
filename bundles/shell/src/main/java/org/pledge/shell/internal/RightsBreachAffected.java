package org.pledge.shell.internal;

import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.BreachService;

/** Lists whom a breach affects, by what was sent. */
@Service
@Command(
        scope = "rights",
        name = "breach-affected",
        description = "Lists whom a breach affects, by what was sent",
        detailedDescription =
                """
            Example: rights:breach-affected --tenant korax --limit 20 BREACH
            """)
public final class RightsBreachAffected extends TenantCommand {
    @Argument(index = 0, name = "breach", description = "The identifier of the case", required = true)
    String breach;

    @Option(name = "--limit", description = "At most so many, up to 500")
    int limit = 100;

    @Option(name = "--cursor", description = "The last identifier of the list before")
    String cursor;

    @Override
    int run() {
        UUID id = Ids.uuid(breach);
        BreachService breaches = service(BreachService.class);
        print(BreachRows.people(breaches.affected(caller(), id, Optional.ofNullable(cursor), limit)
                .items()));
        if (forPeople()) {
            out().println(breaches.affectedCount(caller(), id) + " people are affected in all.");
        }
        return 0;
    }
}
