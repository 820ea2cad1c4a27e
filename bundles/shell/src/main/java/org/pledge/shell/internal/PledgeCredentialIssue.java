package org.pledge.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Role;
import org.pledge.access.CredentialService;

/** Issues a bearer token and shows it this once. */
@Service
@Command(
        scope = "pledge",
        name = "credential-issue",
        description = "Issues a bearer token and shows it this once",
        detailedDescription =
                """
            Example: pledge:credential-issue --tenant korax --role operator --days 90 crm
            A credential of the same name is replaced, and its old token stops working.
            """)
public final class PledgeCredentialIssue extends TenantCommand {
    @Argument(
            index = 0,
            name = "name",
            description = "The name of the credential; never the name of a person",
            required = true)
    String name;

    @Option(
            name = "--role",
            multiValued = true,
            description = "viewer, operator, officer, custodian, integrator, auditor or partner; may be repeated",
            required = true)
    List<String> role;

    @Option(name = "--days", description = "Ends after so many days; 0 for no end")
    int days = 0;

    @Override
    int run() {
        Set<Role> roles = role.stream().map(r -> oneOf(Role.class, "--role", r)).collect(Collectors.toSet());
        var issued = service(CredentialService.class)
                .issue(
                        caller(),
                        name,
                        roles,
                        days > 0 ? Optional.of(Instant.now().plus(Duration.ofDays(days))) : Optional.empty());
        out().println(issued.token());
        return 0;
    }
}
