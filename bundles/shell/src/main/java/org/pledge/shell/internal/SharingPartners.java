package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;

/** Lists the partners of a tenant. */
@Service
@Command(
        scope = "sharing",
        name = "partners",
        description = "Lists the partners of a tenant",
        detailedDescription = """
            Example: sharing:partners --tenant korax
            """)
public final class SharingPartners extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows(
                "Partner",
                "Recipient",
                "Fields",
                "Purposes",
                "Region",
                "Valid",
                "Attestation",
                "Endpoint",
                "State",
                "Version");
        for (Partner p : service(PartnerService.class).list(tenant())) {
            Partner.Agreement a = p.agreement();
            rows.add(
                    p.name(),
                    p.recipient(),
                    a.fields(),
                    a.purposes(),
                    a.region(),
                    a.from() + " to " + a.until(),
                    a.attestation().map(x -> x.statement() + " until " + x.until()),
                    p.endpoint(),
                    p.suspended() ? "SUSPENDED" : "ACTIVE",
                    p.version());
        }
        print(rows);
        return 0;
    }
}
