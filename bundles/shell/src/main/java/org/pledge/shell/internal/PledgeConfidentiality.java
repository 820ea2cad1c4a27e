package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.ConfidentialityService.Duty;

/** Shows the duty of confidentiality, and whether you have accepted it. */
@Service
@Command(
        scope = "pledge",
        name = "confidentiality",
        description = "Shows the duty of confidentiality, and whether you have accepted it",
        detailedDescription =
                """
            Example: pledge:confidentiality --tenant anyip
            Where the tenant's policy asks for it, your roles that see people's data are not active before you accept
            this text with pledge:confidentiality-accept.
            """)
public final class PledgeConfidentiality extends TenantCommand {
    @Override
    int run() {
        ConfidentialityService.Standing standing =
                service(ConfidentialityService.class).standing(caller());
        Optional<Duty> duty = standing.duty();
        Optional<Acceptance> accepted = standing.accepted();
        if (forPeople()) {
            out().println(duty.map(Duty::text).orElse("There is no text: an administrator has to install one."));
        }
        Rows rows = new Rows("Asked by", "Version", "Digest", "Accepted");
        rows.add(
                standing.promises().isEmpty() ? "nothing" : String.join(", ", standing.promises()),
                duty.map(Duty::version).orElse(""),
                duty.map(Duty::digest).orElse(""),
                accepted.map(each -> each.at().toString()).orElse("no"));
        print(rows);
        if (forPeople() && duty.isPresent() && accepted.isEmpty()) {
            out().println("Accept it: pledge:confidentiality-accept --tenant " + tenant + " "
                    + duty.get().digest());
        }
        return 0;
    }
}
