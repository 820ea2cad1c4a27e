package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.SharingService;

/** Decides a disclosure and queues what is permitted. */
@Service
@Command(
        scope = "sharing",
        name = "share",
        description = "Decides a disclosure and queues what is permitted",
        detailedDescription =
                """
            Example: sharing:share --tenant korax SUBJECT parcelway delivery name email
            The exit code is 3 when it is denied.
            """)
public final class SharingShare extends RequestCommand {
    @Override
    int run() {
        SharingService.Outcome outcome = service(SharingService.class).share(caller(), request());
        int code = print(outcome.decision());
        if (outcome instanceof SharingService.Outcome.Queued queued) {
            out().println("Queued as disclosure " + queued.disclosure().id() + ".");
        }
        return code;
    }
}
