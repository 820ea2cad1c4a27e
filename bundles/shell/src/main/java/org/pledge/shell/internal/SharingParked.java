package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.SharingService;

/** Lists disclosures that wait for an operator. */
@Service
@Command(
        scope = "sharing",
        name = "parked",
        description = "Lists disclosures that wait for an operator",
        detailedDescription = """
            Example: sharing:parked --tenant korax
            """)
public final class SharingParked extends TenantCommand {
    @Option(name = "--state", description = "Another state: queued, sending, delivered, cancelled, dropped")
    String state = "parked";

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Override
    int run() {
        print(DisclosureRows.of(service(SharingService.class)
                .inState(caller(), oneOf(SharingService.State.class, "--state", state), limit)));
        return 0;
    }
}
