package org.pledge.shell.internal;

import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;

/** Reports a breach of personal data at a partner. */
@Service
@Command(
        scope = "rights",
        name = "breach",
        description = "Reports a breach of personal data at a partner",
        detailedDescription =
                """
            Example: rights:breach --tenant korax --from 2026-01-29T00:00:00Z --until 2026-01-31T08:00:00Z
              --discovered 2026-01-31T09:00:00Z parcel-post email name
            """)
public final class RightsBreach extends TenantCommand {
    @Argument(index = 0, name = "partner", description = "At whom it happened", required = true)
    String partner;

    @Argument(
            index = 1,
            name = "categories",
            description = "The kinds of data that were affected",
            required = true,
            multiValued = true)
    List<String> categories;

    @Option(
            name = "--from",
            description = "When it began to be possible, such as 2026-01-29T00:00:00Z",
            required = true)
    String from;

    @Option(name = "--until", description = "When it ended", required = true)
    String until;

    @Option(name = "--discovered", description = "When it became known; the clock runs from here", required = true)
    String discovered;

    @Override
    int run() {
        Breach breach = service(BreachService.class)
                .report(
                        caller(),
                        new NewBreach(
                                partner,
                                BreachRows.time("from", from),
                                BreachRows.time("until", until),
                                Set.copyOf(categories),
                                BreachRows.time("discovered", discovered)));
        out().println("Breach " + breach.id() + " is " + breach.state() + ". The authority has to know by "
                + breach.notifyBy() + " (" + breach.law() + ").");
        return 0;
    }
}
