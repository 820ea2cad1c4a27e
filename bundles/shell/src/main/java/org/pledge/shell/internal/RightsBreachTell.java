package org.pledge.shell.internal;

import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Notified;

/** Tells the people whom a breach affects by message, each once. */
@Service
@Command(
        scope = "rights",
        name = "breach-tell",
        description = "Tells the people whom a breach affects by message, each once",
        detailedDescription =
                """
            Example: rights:breach-tell --tenant korax BREACH
            Sent again, it goes on with those who were not tried.
            """)
public final class RightsBreachTell extends TenantCommand {
    private static final int PAGE = 200;

    @Argument(index = 0, name = "breach", description = "The identifier of the case", required = true)
    String breach;

    @Override
    int run() {
        UUID id = Ids.uuid(breach);
        int told = 0;
        int unreached = 0;
        Optional<String> cursor = Optional.empty();
        do {
            Notified page = service(BreachService.class).tell(caller(), id, cursor, PAGE);
            told += page.told();
            unreached += page.unreached();
            cursor = page.next();
        } while (cursor.isPresent());
        out().println(told + " people are told; " + unreached + " cannot be told by message.");
        return 0;
    }
}
