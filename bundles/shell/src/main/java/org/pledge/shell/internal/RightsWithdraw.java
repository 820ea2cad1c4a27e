package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;

/** Records that the person took a request back. */
@Service
@Command(
        scope = "rights",
        name = "withdraw",
        description = "Records that the person took a request back",
        detailedDescription = """
            Example: rights:withdraw --tenant korax REQUEST
            """)
public final class RightsWithdraw extends RightsCommand {
    @Override
    int run() {
        print(service(RightsService.class).withdraw(caller(), id()));
        return 0;
    }
}
