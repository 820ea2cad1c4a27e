package org.pledge.shell.internal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.access.CredentialService;
import org.pledge.vault.RevealService;
import org.pledge.vault.VaultAdministration;

/** Lists who may see card numbers, the keys and the requests of 90 days, for a review. */
@Service
@Command(
        scope = "vault",
        name = "review",
        description = "Lists who may see card numbers, the keys and the requests of 90 days, for a review",
        detailedDescription =
                """
            Example: vault:review --tenant korax --output csv
            Who holds the role custodian (credentials of the tenant, and users of this shell), how old the keys are, and every
            request to see a number with who opened, approved and used it (PCI DSS 4.0.1, 7.2.4 and 10.4.1). Never data.
            """)
public final class VaultReview extends TenantCommand {
    private static final Duration REVIEWED = Duration.ofDays(90);
    private static final int MOST = 200;

    @Override
    int run() throws IOException {
        Caller reviewer = caller();
        reviewer.require(Role.CUSTODIAN, Role.AUDITOR);
        Rows rows = new Rows("What", "Which", "Since", "State", "Who");
        service(CredentialService.class).list(reviewer.tenant()).stream()
                .filter(credential -> credential.roles().contains(Role.CUSTODIAN))
                .forEach(c -> rows.add("custodian", "credential " + c.name(), c.issued(), state(c), c.holder()));
        ShellUsers.holding(Role.CUSTODIAN).forEach(user -> rows.add("custodian", "login", "", "", user));
        service(VaultAdministration.class)
                .keys(reviewer)
                .forEach(key -> rows.add("key", key.name(), key.made(), key.current() ? "current" : "older", ""));
        Instant since = Instant.now().minus(REVIEWED);
        service(RevealService.class).requests(reviewer, MOST).stream()
                .filter(request -> request.opened().isAfter(since))
                .forEach(r -> rows.add(
                        "request " + r.type(),
                        r.ticket(),
                        r.opened(),
                        r.state() + r.used().map(used -> " " + used).orElse(""),
                        List.of(
                                "opened " + r.openedBy(),
                                "approved " + r.approvedBy().orElse("nobody"))));
        print(rows);
        return 0;
    }

    private static String state(CredentialService.Credential credential) {
        return credential.expires().map(end -> "until " + end).orElse("without end");
    }
}
