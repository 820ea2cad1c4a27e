package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.ConfidentialityService.Acceptance;

/** Accepts the duty of confidentiality. */
@Service
@Command(
        scope = "pledge",
        name = "confidentiality-accept",
        description = "Accepts the duty of confidentiality",
        detailedDescription =
                """
            Example: pledge:confidentiality-accept --tenant anyip 1f8ac10f23c5
            Names the text by its digest, or the first 12 or more digits of it: read it first with
            pledge:confidentiality. It counts for you in all your credentials and logins until the text changes, and is
            on the record.
            """)
public final class PledgeConfidentialityAccept extends TenantCommand {
    @Argument(index = 0, name = "digest", description = "The digest of the text you have read", required = true)
    String digest;

    @Override
    int run() {
        Acceptance acceptance = service(ConfidentialityService.class).accept(caller(), digest);
        out().println("ACCEPTED version " + acceptance.version() + " by " + acceptance.holder() + " on "
                + acceptance.at() + ".");
        return 0;
    }
}
