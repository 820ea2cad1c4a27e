package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.sharing.SharingService;

/** Lists what was disclosed about a person, and to whom. */
@Service
@Command(
        scope = "sharing",
        name = "accounting",
        description = "Lists what was disclosed about a person, and to whom",
        detailedDescription = """
            Example: sharing:accounting --tenant korax SUBJECT
            """)
public final class SharingAccounting extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Override
    int run() {
        print(DisclosureRows.of(service(SharingService.class)
                .accounting(caller(), SubjectId.parse(subject), Optional.empty(), limit)
                .items()));
        return 0;
    }
}
