package org.pledge.shell.internal;

import org.pledge.TenantId;

/** A command about one record of acts, be it a tenant's or that of the platform's routes. */
abstract class AuditCommand extends TenantCommand {
    private static final String PLATFORM = "platform";

    @Override
    TenantId tenant() {
        return tenant.equals(PLATFORM) ? new TenantId(PLATFORM) : super.tenant();
    }
}
