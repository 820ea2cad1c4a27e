package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.rights.SelfService;

/** Sends a person a link to see and correct what is held. */
@Service
@Command(
        scope = "rights",
        name = "link",
        description = "Sends a person a link to see and correct what is held",
        detailedDescription =
                """
            Example: rights:link --tenant korax SUBJECT
            Whether anybody gets it is not told.
            rights:link --tenant korax --hand-over SUBJECT
            The second one is printed, for you to hand over to somebody of whom you know that it is them.
            """)
public final class RightsLink extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Option(name = "--hand-over", description = "Prints the link instead of sending it")
    boolean handOver;

    @Override
    int run() {
        if (handOver) {
            out().println(service(SelfService.class).hand(caller(), SubjectId.parse(subject)));
            return 0;
        }
        service(SelfService.class).send(caller(), SubjectId.parse(subject));
        out().println("If an address is held, a link is on its way to it. It is good once, for a few minutes.");
        return 0;
    }
}
