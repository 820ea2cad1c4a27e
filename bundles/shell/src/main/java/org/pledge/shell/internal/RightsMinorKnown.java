package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;

/** Records that a person is known to be a child, and removes them. */
@Service
@Command(
        scope = "rights",
        name = "minor-known",
        description = "Records that a person is known to be a child, and removes them",
        detailedDescription = """
            Example: rights:minor-known --tenant anyip SUBJECT
            """)
public final class RightsMinorKnown extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        Request request = service(RightsService.class).minorKnown(caller(), SubjectId.parse(subject));
        out().println("Request " + request.id() + " is " + request.state() + ". "
                + (request.carriedOut().isPresent()
                        ? "The removal was carried out; it closes when every recipient has answered."
                        : request.state().closed()
                                ? "Everybody confirmed."
                                : "The removal could not be carried out yet: rights:fulfil says why."));
        return 0;
    }
}
