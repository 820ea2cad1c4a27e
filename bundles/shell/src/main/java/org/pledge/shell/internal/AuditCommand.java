package org.pledge.shell.internal;

import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;

/** A command about one record of acts, be it a tenant's or that of the platform's routes. */
abstract class AuditCommand extends TenantCommand {
    private static final String PLATFORM = "platform";

    @Override
    TenantId tenant() {
        return tenant.equals(PLATFORM) ? new TenantId(PLATFORM) : super.tenant();
    }

    /** Refuses whose role waits for a duty; the command's access list says who else may not. */
    void requireActive() {
        if (!tenant.equals(PLATFORM)) {
            Caller caller = caller();
            if (caller.duty().isPresent()) {
                caller.require(Role.OFFICER, Role.AUDITOR, Role.ADMIN);
            }
        }
    }
}
