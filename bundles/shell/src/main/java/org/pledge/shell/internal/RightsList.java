package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;

/** Lists the requests about a person, oldest first. */
@Service
@Command(
        scope = "rights",
        name = "list",
        description = "Lists the requests about a person, oldest first",
        detailedDescription = """
            Example: rights:list --tenant korax SUBJECT
            """)
public final class RightsList extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        print(RightsCommand.rows(service(RightsService.class).ofSubject(caller(), SubjectId.parse(subject))));
        return 0;
    }
}
