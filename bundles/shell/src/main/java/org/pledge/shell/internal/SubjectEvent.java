package org.pledge.shell.internal;

import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.subject.EndingService;

/** Reports an event that ends a purpose, and removes what was held for it alone. */
@Service
@Command(
        scope = "subject",
        name = "event",
        description = "Reports an event that ends a purpose, and removes what was held for it alone",
        detailedDescription =
                """
            Example: subject:event --tenant iwebtrack SUBJECT order-fulfilled
            Earlier recipients are told. Reporting it again changes nothing.
            """)
public final class SubjectEvent extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(index = 1, name = "event", description = "As the policy names it, without until", required = true)
    String event;

    @Override
    int run() {
        EndingService.Ended ended = service(EndingService.class).report(caller(), SubjectId.parse(subject), event);
        out().println(
                        ended.removed().isEmpty() && ended.kept().isEmpty()
                                ? "Nothing was held for it alone."
                                : "Removed: " + String.join(", ", new TreeSet<>(ended.removed())) + ".");
        ended.kept().forEach(kept -> out().println("A legal hold keeps " + kept.category() + " until " + kept.until()
                + "; it is not used, and leaves with the hold."));
        return 0;
    }
}
