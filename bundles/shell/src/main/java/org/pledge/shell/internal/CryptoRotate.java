package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.crypto.PeopleEpochs;

/** Wraps every person's key anew under this month's. */
@Service
@Command(
        scope = "crypto",
        name = "rotate",
        description = "Wraps every person's key anew under this month's",
        detailedDescription =
                """
            Example: crypto:rotate
            It can be stopped at any time; called again, it goes on where it was. Nothing else waits for it.
            """)
public final class CryptoRotate extends PledgeCommand {
    @Override
    int run() {
        long done = service(PeopleEpochs.class).rotate(caller(new TenantId("platform")), count -> {
            if (forPeople()) {
                out().print("\r" + count + " people");
                out().flush();
            }
        });
        out().println((forPeople() ? "\r" : "") + "The keys of " + done + " people are wrapped anew.");
        return 0;
    }
}
