package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.SharingService;

/** Decides a disclosure without sending or recording anything. */
@Service
@Command(
        scope = "sharing",
        name = "explain",
        description = "Decides a disclosure without sending or recording anything",
        detailedDescription =
                """
            Example: sharing:explain --tenant korax SUBJECT parcelway delivery name email
            The exit code is 3 when it is denied.
            """)
public final class SharingExplain extends RequestCommand {
    @Override
    int run() {
        return print(service(SharingService.class).explain(caller(), request()));
    }
}
