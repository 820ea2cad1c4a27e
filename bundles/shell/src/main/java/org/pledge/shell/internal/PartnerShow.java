package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Backlog;

/** Shows everything about one partner. */
@Service
@Command(
        scope = "partner",
        name = "show",
        description = "Shows everything about one partner",
        detailedDescription = """
            Example: partner:show --tenant korax parcelway
            """)
public final class PartnerShow extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Override
    int run() {
        PartnerService partners = service(PartnerService.class);
        Partner partner = partners.find(tenant(), name).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.NOT_FOUND, "this tenant has no partner of that name")
                .remedy("See partner:list."));
        Partner.Agreement agreed = partner.agreement();
        Backlog backlog = partners.backlog(partner.tenant()).getOrDefault(name, Backlog.NONE);
        print(new Rows("Key", "Value")
                .add("tenant", partner.tenant())
                .add("name", partner.name())
                .add("recipient", partner.recipient())
                .add("connector", partner.connector())
                .add("endpoint", partner.endpoint())
                .add("settings", partner.settings())
                .add("fields", agreed.fields())
                .add("purposes", agreed.purposes())
                .add("region", agreed.region())
                .add("valid", agreed.from() + " to " + agreed.until())
                .add("attestation", agreed.attestation().map(one -> one.statement() + " until " + one.until()))
                .add(
                        "safeguard",
                        agreed.safeguard().map(one -> one.mechanism() + " " + one.id() + " until " + one.until()))
                .add(
                        "state",
                        PartnerList.state(
                                partners.standing(partner),
                                partners.connectors().contains(partner.connector())))
                .add("key", new PartnerKeys(bundle).of(partner))
                .add("queued", backlog.queued())
                .add("parked", backlog.parked())
                .add("version", partner.version()));
        return 0;
    }
}
