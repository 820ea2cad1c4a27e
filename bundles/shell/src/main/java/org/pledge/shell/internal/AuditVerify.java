package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Verification;

/** Recomputes a tenant's chain of acts. */
@Service
@Command(
        scope = "audit",
        name = "verify",
        description = "Recomputes a tenant's chain of acts",
        detailedDescription =
                """
            Example: audit:verify --tenant korax
            The exit code is 1 when the chain is broken.
            """)
public final class AuditVerify extends AuditCommand {
    @Override
    int run() {
        Verification result = service(AuditLog.class).verify(tenant());
        out().println(
                        result.intact()
                                ? "Intact: " + result.entries() + " entries, " + head(result)
                                : "BROKEN at position " + result.firstBroken().getAsLong() + " of " + result.entries()
                                        + " entries");
        return result.intact() ? 0 : 1;
    }

    private static String head(Verification result) {
        return (result.entries() == 0 ? "" : "head position " + (result.entries() - 1) + ", ") + "head "
                + result.head();
    }
}
