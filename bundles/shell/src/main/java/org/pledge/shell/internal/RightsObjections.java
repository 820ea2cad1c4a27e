package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Lists to what a person objects now. */
@Service
@Command(
        scope = "rights",
        name = "objections",
        description = "Lists to what a person objects now",
        detailedDescription = """
            Example: rights:objections --tenant iwebtrack SUBJECT
            """)
public final class RightsObjections extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        Rows rows = new Rows("Purpose", "Since", "Channel");
        service(ConsentService.class)
                .objections(caller(), SubjectId.parse(subject))
                .forEach(one -> rows.add(one.purpose().orElse("everything"), one.since(), one.channel()));
        print(rows);
        return 0;
    }
}
