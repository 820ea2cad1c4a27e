package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.access.CredentialService;

/** Revokes a bearer token. */
@Service
@Command(
        scope = "pledge",
        name = "credential-revoke",
        description = "Revokes a bearer token",
        detailedDescription = """
            Example: pledge:credential-revoke --tenant korax crm
            """)
public final class PledgeCredentialRevoke extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The name of the credential", required = true)
    String name;

    @Override
    int run() {
        if (!service(CredentialService.class).revoke(caller(), name)) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "there is no credential of that name")
                    .remedy("See pledge:credentials --tenant " + tenant + " for those there are.");
        }
        out().println("The credential is revoked.");
        return 0;
    }
}
