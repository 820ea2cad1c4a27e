package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.access.CredentialService;

/** Lists the credentials of a tenant, never their tokens. */
@Service
@Command(
        scope = "pledge",
        name = "credentials",
        description = "Lists the credentials of a tenant, never their tokens",
        detailedDescription = """
            Example: pledge:credentials --tenant korax
            """)
public final class PledgeCredentials extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Name", "Holder", "Roles", "Issued", "Expires");
        service(CredentialService.class)
                .list(tenant())
                .forEach(c -> rows.add(c.name(), c.holder(), c.roles(), c.issued(), c.expires()));
        print(rows);
        return 0;
    }
}
