package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.CertificateService;

/** Prints the signed statement of a removal or a sweep. */
@Service
@Command(
        scope = "rights",
        name = "certificate",
        description = "Prints the signed statement of a removal or a sweep",
        detailedDescription =
                """
            Example: rights:certificate --tenant korax REQUEST
            Example: rights:certificate --tenant korax --person SUBJECT
            Example: rights:certificate --tenant anonymizer --sweep CERTIFICATE
            Keep the line in a file and check it anywhere with ./pledge verify FILE.
            """)
public final class RightsCertificate extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The request, person or sweep", required = true)
    String id;

    @Option(name = "--person", description = "The identifier is that of a person who was removed")
    boolean person;

    @Option(name = "--sweep", description = "The identifier is that of a sweep, from retention:certificates")
    boolean sweep;

    @Override
    int run() {
        CertificateService certificates = service(CertificateService.class);
        if (person) {
            SubjectId subject = SubjectId.tryParse(id)
                    .orElseThrow(() -> new PledgeException(Kind.INVALID, "this is no identifier of a person")
                            .remedy("Give the UUID by which the person was known here."));
            out().println(certificates.ofPerson(caller(), subject));
        } else {
            out().println(
                            sweep
                                    ? certificates.ofSweep(caller(), Ids.uuid(id))
                                    : certificates.ofRequest(caller(), Ids.uuid(id)));
        }
        return 0;
    }
}
