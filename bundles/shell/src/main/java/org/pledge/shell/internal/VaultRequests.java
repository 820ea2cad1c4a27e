package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.RevealService;

/** Lists the requests to see a card's number, newest first. */
@Service
@Command(
        scope = "vault",
        name = "requests",
        description = "Lists the requests to see a card's number, newest first",
        detailedDescription = """
            Example: vault:requests --tenant korax
            """)
public final class VaultRequests extends TenantCommand {
    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Override
    int run() {
        Rows rows = new Rows(
                "Request", "Token", "Type", "Ticket", "State", "Opened", "Expires", "Opened by", "Approved by", "Used");
        service(RevealService.class)
                .requests(caller(), limit)
                .forEach(r -> rows.add(
                        r.id(),
                        r.token(),
                        r.type(),
                        r.ticket(),
                        r.state(),
                        r.opened(),
                        r.expires(),
                        r.openedBy(),
                        r.approvedBy(),
                        r.used()));
        print(rows);
        return 0;
    }
}
