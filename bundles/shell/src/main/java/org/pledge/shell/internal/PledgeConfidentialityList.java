package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.access.ConfidentialityService;

/** Lists who accepted the duty of confidentiality. */
@Service
@Command(
        scope = "pledge",
        name = "confidentiality-list",
        description = "Lists who accepted the duty of confidentiality",
        detailedDescription = """
            Example: pledge:confidentiality-list --tenant anyip
            """)
public final class PledgeConfidentialityList extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Holder", "Version", "Digest", "Accepted", "By");
        service(ConfidentialityService.class)
                .acceptances(caller())
                .forEach(each -> rows.add(each.holder(), each.version(), each.digest(), each.at(), each.name()));
        print(rows);
        return 0;
    }
}
