package org.pledge.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Option;
import org.pledge.SubjectId;
import org.pledge.sharing.SharingService;

/** A command about one disclosure that somebody asks for. */
abstract class RequestCommand extends TenantCommand {
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

    SharingService.Request request() {
        return new SharingService.Request(
                SubjectId.parse(subject),
                partner,
                purpose,
                fields,
                Optional.ofNullable(legalCase).map(Ids::uuid),
                Map.of());
    }
}
