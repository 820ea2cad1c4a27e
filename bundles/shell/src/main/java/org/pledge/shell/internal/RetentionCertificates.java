package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.RetentionService;

/** Lists the records of sweeps that removed something, newest first. */
@Service
@Command(
        scope = "retention",
        name = "certificates",
        description = "Lists the records of sweeps that removed something, newest first",
        detailedDescription =
                """
            Example: retention:certificates --tenant anonymizer --limit 20
            """)
public final class RetentionCertificates extends TenantCommand {
    @Option(name = "--limit", description = "At most so many, 1 to 1000")
    int limit = 100;

    @Override
    int run() {
        print(CertificateRows.of(service(RetentionService.class).certificates(caller(), limit)));
        return 0;
    }
}
