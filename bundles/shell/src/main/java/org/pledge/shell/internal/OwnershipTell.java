package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Sent;

/** Tells the next people of a transfer with a change of ownership. */
@Service
@Command(
        scope = "ownership",
        name = "tell",
        description = "Tells the next people of a transfer, by message",
        detailedDescription =
                """
            Example: ownership:tell --tenant anyip --limit 500 TRANSFER
            Nobody is told twice, so it can be called again at any time. Whoever could not be reached is tried again by
            a call a day later, while people can still object.
            """)
public final class OwnershipTell extends OwnershipCommand {
    @Option(name = "--limit", description = "At most so many people, up to 500")
    int limit = 100;

    @Override
    int run() {
        Sent sent = service(OwnershipNotices.class).send(caller(), id(), limit);
        out().println(sent.told() + " people told, " + sent.unreached() + " could not be reached. "
                + (sent.more()
                        ? "More people are left: call this again."
                        : "Nobody is left; ownership:unreached lists whom to tell another way."));
        return 0;
    }
}
