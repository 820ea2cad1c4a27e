package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.Partner.Safeguard;
import org.pledge.sharing.TransferRegister;

/** Lists where each partner processes data, and what lets data of people from elsewhere go there. */
@Service
@Command(
        scope = "partner",
        name = "regions",
        description = "Lists where each partner processes data, and what lets data of people from elsewhere go there",
        detailedDescription = """
            Example: partner:regions --tenant opentracker
            """)
public final class PartnerRegions extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Partner", "Recipient", "Region", "State", "Mechanism", "Reference", "Until");
        service(TransferRegister.class)
                .regions(caller())
                .forEach(one -> rows.add(
                        one.partner(),
                        one.recipient(),
                        one.region(),
                        one.state(),
                        one.safeguard().map(Safeguard::mechanism),
                        one.safeguard().map(Safeguard::id),
                        one.safeguard().map(Safeguard::until)));
        print(rows);
        return 0;
    }
}
