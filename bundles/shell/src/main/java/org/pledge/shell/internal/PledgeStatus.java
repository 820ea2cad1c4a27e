package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.Bundle;

/** Shows the parts of the platform. */
@Service
@Command(
        scope = "pledge",
        name = "status",
        description = "Shows the parts of the platform",
        detailedDescription = """
            Example: pledge:status
            """)
public final class PledgeStatus extends PledgeCommand {
    @Override
    int run() {
        Rows rows = new Rows("Part", "State", "Version");
        int stopped = 0;
        for (Bundle part : bundle.getBundles()) {
            if (part.getSymbolicName() != null && part.getSymbolicName().startsWith("org.pledge.")) {
                boolean active = part.getState() == Bundle.ACTIVE || part.getState() == Bundle.STARTING;
                stopped += active ? 0 : 1;
                rows.add(
                        part.getSymbolicName().substring("org.pledge.".length()),
                        active ? "ACTIVE" : "STOPPED",
                        part.getVersion());
            }
        }
        print(rows);
        return stopped == 0 ? 0 : 5;
    }
}
