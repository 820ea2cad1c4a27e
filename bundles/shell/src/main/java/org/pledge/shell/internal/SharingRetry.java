package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.SharingService;

/** Queues a parked disclosure again, under the same idempotency key. */
@Service
@Command(
        scope = "sharing",
        name = "retry",
        description = "Queues a parked disclosure again, under the same idempotency key",
        detailedDescription = """
            Example: sharing:retry --tenant korax DISCLOSURE
            """)
public final class SharingRetry extends TenantCommand {
    @Argument(index = 0, name = "disclosure", description = "The identifier, from sharing:parked", required = true)
    String disclosure;

    @Override
    int run() {
        var changed = service(SharingService.class).retry(caller(), Ids.uuid(disclosure));
        out().println("Disclosure " + changed.id() + " is " + changed.state() + ".");
        return 0;
    }
}
