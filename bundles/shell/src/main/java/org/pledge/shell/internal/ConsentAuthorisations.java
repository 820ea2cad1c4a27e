package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Lists what guardians authorised for a child. */
@Service
@Command(
        scope = "consent",
        name = "authorisations",
        description = "Lists what guardians authorised for a child",
        detailedDescription = """
            Example: consent:authorisations --tenant anyip SUBJECT
            """)
public final class ConsentAuthorisations extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the child", required = true)
    String subject;

    @Override
    int run() {
        Rows rows = new Rows("Purpose", "Guardian", "Evidence", "Given", "Given by", "Until", "Withdrawn");
        service(ConsentService.class)
                .authorisations(caller(), SubjectId.parse(subject))
                .forEach(a -> rows.add(
                        a.purpose(), a.guardian(), a.evidence(), a.given(), a.givenBy(), a.until(), a.withdrawn()));
        print(rows);
        return 0;
    }
}
