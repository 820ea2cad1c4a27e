package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.RetentionService;
import org.pledge.retention.RetentionService.Certificate;

/** Removes now what is past its time. */
@Service
@Command(
        scope = "retention",
        name = "run",
        description = "Removes now what is past its time",
        detailedDescription =
                """
            Example: retention:run --tenant anonymizer
            Can be repeated: what was removed is not removed again. retention:plan shows what it would remove.
            """)
public final class RetentionRun extends TenantCommand {
    @Override
    int run() {
        List<Certificate> certificates = service(RetentionService.class).run(caller(), this::progress);
        if (certificates.isEmpty() && forPeople()) {
            out().println("Nothing is past its time.");
            return 0;
        }
        print(CertificateRows.of(certificates));
        return 0;
    }

    private void progress(Certificate certificate) {
        if (forPeople()) {
            out().println(certificate.category() + ": " + certificate.removed() + " removed so far");
        }
    }
}
