package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

/** Records that a request was confirmed to the person. */
@Service
@Command(
        scope = "rights",
        name = "acknowledge",
        description = "Records that a request was confirmed to the person",
        detailedDescription = """
            Example: rights:acknowledge --tenant korax REQUEST
            """)
public final class RightsAcknowledge extends RightsCommand {
    @Override
    int run() {
        print(service(RightsService.class).acknowledge(caller(), id()));
        return 0;
    }
}
