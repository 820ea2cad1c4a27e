package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.crypto.PeopleEpochs;

/** Lists the epochs of people's keys. */
@Service
@Command(
        scope = "crypto",
        name = "epochs",
        description = "Lists the months that people's keys are wrapped under",
        detailedDescription =
                """
            Example: crypto:epochs
            A month whose key was destroyed and that still has people came back with an older backup.
            """)
public final class CryptoEpochs extends PledgeCommand {
    @Override
    int run() {
        Rows rows = new Rows("Month", "People", "Current", "Destroyed");
        service(PeopleEpochs.class)
                .epochs(caller(new TenantId("platform")))
                .forEach(each -> rows.add(each.month(), each.people(), each.current(), each.destroyed()));
        print(rows);
        return 0;
    }
}
