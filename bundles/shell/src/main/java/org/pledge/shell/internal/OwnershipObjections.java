package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Page;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Objection;

/** Lists who objected to a transfer. */
@Service
@Command(
        scope = "ownership",
        name = "objections",
        description = "Lists who objected to a transfer",
        detailedDescription =
                """
            Example: ownership:objections --tenant anyip --limit 100 TRANSFER
            """)
public final class OwnershipObjections extends OwnershipCommand {
    @Option(name = "--after", description = "The cursor that the page before ended with")
    String after;

    @Option(name = "--limit", description = "At most so many people, up to 500")
    int limit = 100;

    @Override
    int run() {
        Page<Objection> page =
                service(OwnershipService.class).objections(caller(), id(), Optional.ofNullable(after), limit);
        Rows rows = new Rows("Subject", "At");
        page.items().forEach(one -> rows.add(one.subject(), one.at()));
        print(rows);
        page.next().filter(next -> forPeople()).ifPresent(next -> out().println("More: --after " + next));
        return 0;
    }
}
