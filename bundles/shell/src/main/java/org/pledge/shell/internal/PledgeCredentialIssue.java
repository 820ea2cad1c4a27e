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
            Example: pledge:credential-issue --tenant korax --role officer --holder staff-17 officer-desk
            A credential of the same name is replaced, and its old token stops working.
            Give everything that one person holds the same --holder, and use the name of their login to this shell: two
            approvals of a case count only when their holders differ.
            With --username-token it also shows the user name and password for SOAP's UsernameToken.
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

    @Option(
            name = "--holder",
            description = "Who it is issued to: a staff id, never a name or address; the credential's name if left out")
    String holder;

    @Option(name = "--days", description = "Ends after so many days; 0 for no end")
    int days = 0;

    @Option(name = "--username-token", description = "Shows the user name and password of a UsernameToken, too")
    boolean usernameToken = false;

    @Override
    int run() {
        Set<Role> roles = role.stream().map(r -> oneOf(Role.class, "--role", r)).collect(Collectors.toSet());
        var issued = service(CredentialService.class)
                .issue(
                        caller(),
                        name,
                        Optional.ofNullable(holder).orElse(name),
                        roles,
                        days > 0 ? Optional.of(Instant.now().plus(Duration.ofDays(days))) : Optional.empty());
        out().println(issued.token());
        if (usernameToken) {
            out().println("username " + issued.credential().tenant() + "/"
                    + issued.credential().name());
            out().println("password " + issued.password());
        }
        return 0;
    }
}
