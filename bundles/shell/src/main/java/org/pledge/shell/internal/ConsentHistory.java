package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Shows what a person agreed to and withdrew. */
@Service
@Command(
        scope = "consent",
        name = "history",
        description = "Shows what a person agreed to and withdrew",
        detailedDescription = """
            Example: consent:history --tenant korax SUBJECT
            """)
public final class ConsentHistory extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        Rows rows = new Rows(
                "Change", "At", "Kind", "Level", "Purpose", "Partner", "Fields", "Until", "Policy", "Wording",
                "Channel", "By");
        service(ConsentService.class)
                .history(caller(), SubjectId.parse(subject))
                .forEach(e -> rows.add(
                        e.epoch(),
                        e.at(),
                        e.kind(),
                        e.level(),
                        e.purpose(),
                        e.recipient(),
                        e.categories(),
                        e.expires(),
                        e.policyVersion(),
                        e.wording().version(),
                        e.wording().channel(),
                        e.actor()));
        print(rows);
        return 0;
    }
}
