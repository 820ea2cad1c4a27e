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
        Rows rows = new Rows(
                "Disclosure",
                "Partner",
                "Purpose",
                "Fields",
                "Basis",
                "Promises",
                "State",
                "Attempts",
                "Answer",
                "Created");
        service(SharingService.class)
                .inState(caller(), oneOf(SharingService.State.class, "--state", state), limit)
                .forEach(d -> rows.add(
                        d.id(),
                        d.partner(),
                        d.purpose(),
                        d.fields().stream().sorted().toList(),
                        d.basis(),
                        String.join(" ", d.promises()),
                        d.state(),
                        d.attempts(),
                        d.answer().isPresent() ? d.answer().getAsInt() : "",
                        d.created()));
        print(rows);
        return 0;
    }
}
