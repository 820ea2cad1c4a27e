package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Progress;

/** Discloses the data of the people of the next accounts. */
@Service
@Command(
        scope = "ownership",
        name = "run",
        description = "Discloses the data of the people of the next accounts",
        detailedDescription =
                """
            Example: ownership:run --tenant anyip --limit 500 TRANSFER
            Nobody is taken twice, so it can be called again at any time.
            """)
public final class OwnershipRun extends OwnershipCommand {
    @Option(name = "--limit", description = "At most so many accounts, up to 500")
    int limit = 100;

    @Override
    int run() {
        Progress progress = service(OwnershipService.class).run(caller(), id(), limit);
        out().println(progress.disclosed() + " disclosures queued, " + progress.refused() + " refused, "
                + progress.excluded() + " people left out who objected, " + progress.untold()
                + " whom nobody told. "
                + (progress.more() ? "More people are left: call this again." : "Nobody is left."));
        return 0;
    }
}
