package org.pledge.shell.internal;

import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.rights.RightsService.Evidence;

/** Records that a guardian authorises purposes for a child. */
@Service
@Command(
        scope = "consent",
        name = "authorise",
        description = "Records that a guardian authorises purposes for a child",
        detailedDescription =
                """
            Example: consent:authorise --tenant anyip SUBJECT GUARDIAN official-decision marketing
            The child was registered with a guardian. Only the kind of evidence is kept; keep no copy yourself.
            """)
public final class ConsentAuthorise extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the child", required = true)
    String subject;

    @Argument(index = 1, name = "guardian", description = "The opaque identifier of the guardian", required = true)
    String guardian;

    @Argument(
            index = 2,
            name = "evidence",
            description = "signed-form, birth-certificate, official-decision, payment or call",
            required = true)
    String evidence;

    @Argument(index = 3, name = "purposes", description = "Purposes of the policy", required = true, multiValued = true)
    List<String> purposes;

    @Override
    int run() {
        List<Authorisation> given = service(ConsentService.class)
                .authorise(
                        caller(),
                        SubjectId.parse(subject),
                        new ConsentService.Guardian(
                                SubjectId.parse(guardian),
                                oneOf(Evidence.class, "evidence", evidence),
                                Set.copyOf(purposes)));
        given.forEach(one -> out().println(one.purpose() + " is authorised until " + one.until() + "."));
        return 0;
    }
}
