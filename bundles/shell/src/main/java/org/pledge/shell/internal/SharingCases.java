package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.LegalCaseService;

/** Lists legal cases. */
@Service
@Command(
        scope = "sharing",
        name = "cases",
        description = "Lists legal cases",
        detailedDescription = """
            Example: sharing:cases --tenant anyip
            """)
public final class SharingCases extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows(
                "Case",
                "Ground",
                "Reference",
                "Partner",
                "People",
                "Fields",
                "State",
                "Approved by",
                "Exceptions",
                "Expires");
        service(LegalCaseService.class)
                .list(caller())
                .forEach(c -> rows.add(
                        c.id(),
                        c.ground(),
                        c.reference(),
                        c.partner(),
                        c.subjects().size(),
                        c.fields(),
                        c.state(),
                        c.approvals(),
                        c.exceptions(),
                        c.expires()));
        print(rows);
        return 0;
    }
}
