package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Records that a guardian or the child takes an authorisation back; the child's consent is withdrawn with it. */
@Service
@Command(
        scope = "consent",
        name = "authorisation-withdraw",
        description = "Takes a guardian's authorisation back, and the child's consent with it",
        detailedDescription =
                """
            Example: consent:authorisation-withdraw --tenant anyip --purpose marketing SUBJECT
            Without --purpose every authorisation of the child is taken back.
            """)
public final class ConsentAuthorisationWithdraw extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the child", required = true)
    String subject;

    @Option(name = "--purpose", description = "Only this purpose")
    String purpose;

    @Option(name = "--channel", description = "Where the guardian or the child said so")
    String channel = "shell";

    @Override
    int run() {
        ConsentService.Receipt receipt = service(ConsentService.class)
                .withdrawAuthorisation(caller(), SubjectId.parse(subject), Optional.ofNullable(purpose), channel);
        out().println("Recorded as change " + receipt.epoch() + ", receipt " + receipt.id() + ": " + receipt.cancelled()
                + " queued disclosures stopped.");
        receipt.inDoubt()
                .forEach(d -> out().println("  may already have left: " + d.disclosure() + " to " + d.partner()));
        receipt.told().forEach(t -> out().println("  is told: " + t.partner() + ", notice " + t.notice()));
        return 0;
    }
}
