package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.ownership.OwnershipService;

/** Records that somebody objects to a transfer. */
@Service
@Command(
        scope = "ownership",
        name = "object",
        description = "Records that somebody objects to a transfer; they are left out",
        detailedDescription = """
            Example: ownership:object --tenant anyip TRANSFER SUBJECT
            """)
public final class OwnershipObject extends OwnershipCommand {
    @Argument(index = 1, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        service(OwnershipService.class).object(caller(), id(), SubjectId.parse(subject));
        out().println("Recorded. The person is left out.");
        return 0;
    }
}
