package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.pledge.Caller;
import org.pledge.TenantId;

/** A command about one tenant. */
abstract class TenantCommand extends PledgeCommand {
    @Option(name = "--tenant", description = "The tenant, such as korax", required = true)
    @Completion(TenantCompleter.class)
    String tenant;

    TenantId tenant() {
        return inForce(tenant);
    }

    Caller caller() {
        return caller(tenant());
    }
}
