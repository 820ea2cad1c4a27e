package org.pledge.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.sharing.SharingService;

/** Decides a disclosure and queues what is permitted. */
@Service
@Command(
        scope = "sharing",
        name = "share",
        description = "Decides a disclosure and queues what is permitted",
        detailedDescription =
                """
            Example: sharing:share --tenant korax SUBJECT parcelway delivery name email
            The exit code is 3 when it is denied.
            """)
public final class SharingShare extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(index = 1, name = "partner", description = "The recipient", required = true)
    String partner;

    @Argument(index = 2, name = "purpose", description = "What for", required = true)
    String purpose;

    @Argument(index = 3, name = "fields", description = "The kinds of data", required = true, multiValued = true)
    List<String> fields;

    @Option(name = "--case", description = "The approved legal case it is based on")
    String legalCase;

    @Override
    int run() {
        SharingService.Request request = new SharingService.Request(
                SubjectId.parse(subject),
                partner,
                purpose,
                fields,
                Optional.ofNullable(legalCase).map(Ids::uuid),
                Map.of());
        SharingService.Outcome outcome = service(SharingService.class).share(caller(), request);
        int code = print(outcome.decision());
        if (outcome instanceof SharingService.Outcome.Queued queued) {
            out().println("Queued as disclosure " + queued.disclosure().id() + ".");
        }
        return code;
    }
}
