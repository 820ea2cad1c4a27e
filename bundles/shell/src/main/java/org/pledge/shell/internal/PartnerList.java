package org.pledge.shell.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.PartnerService.Standing;

/** Lists partners, where each stands, and what waits for it. */
@Service
@Command(
        scope = "partner",
        name = "list",
        description = "Lists partners, where each stands, and what waits for it",
        detailedDescription = """
            Example: partner:list --tenant korax
            """)
public final class PartnerList extends PledgeCommand {
    @Option(name = "--tenant", description = "Only those of this tenant, such as korax")
    @Completion(TenantCompleter.class)
    String tenant = "";

    @Override
    int run() {
        PartnerService partners = service(PartnerService.class);
        List<Partner> listed = tenant.isEmpty() ? partners.all() : partners.list(inForce(tenant));
        PartnerKeys keys = new PartnerKeys(bundle);
        Set<String> connectors = partners.connectors();
        Map<TenantId, Map<String, Backlog>> waiting = new HashMap<>();
        Rows rows = new Rows("Tenant", "Partner", "Recipient", "Connector", "Host", "State", "Key", "Queued", "Parked");
        for (Partner partner : listed) {
            Backlog backlog = waiting.computeIfAbsent(partner.tenant(), partners::backlog)
                    .getOrDefault(partner.name(), Backlog.NONE);
            rows.add(
                    partner.tenant(),
                    partner.name(),
                    partner.recipient(),
                    partner.connector(),
                    partner.endpoint().getHost(),
                    state(partners.standing(partner), connectors.contains(partner.connector())),
                    keys.of(partner),
                    backlog.queued(),
                    backlog.parked());
        }
        print(rows);
        return 0;
    }

    /** A partner whose connector is away has no route, whatever was agreed. */
    static String state(Standing standing, boolean installed) {
        return standing == Standing.ACTIVE && !installed ? "NO_ROUTE" : standing.name();
    }
}
