package org.pledge.shell.internal;

import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Records a withdrawal; nothing it covers leaves from then on. */
@Service
@Command(
        scope = "consent",
        name = "withdraw",
        description = "Records a withdrawal; nothing it covers leaves from then on",
        detailedDescription =
                """
            Example: consent:withdraw --tenant korax --purpose delivery --partner parcelway SUBJECT
            Without --purpose, --partner and --field everything is withdrawn.
            """)
public final class ConsentWithdraw extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Option(name = "--purpose", description = "Only this purpose")
    String purpose;

    @Option(name = "--partner", description = "Only this recipient")
    String partner;

    @Option(name = "--field", description = "Only this kind of data")
    String field;

    @Option(name = "--channel", description = "Where the person said so")
    String channel = "shell";

    @Override
    int run() {
        ConsentService.Receipt receipt = service(ConsentService.class)
                .withdraw(
                        caller(),
                        SubjectId.parse(subject),
                        new ConsentService.Withdrawal(
                                Optional.ofNullable(purpose),
                                Optional.ofNullable(partner),
                                field == null ? Set.of() : Set.of(field),
                                channel));
        out().println("Recorded as change " + receipt.epoch() + ", receipt " + receipt.id() + ": " + receipt.cancelled()
                + " queued disclosures stopped.");
        receipt.inDoubt()
                .forEach(d -> out().println("  may already have left: " + d.disclosure() + " to " + d.partner()));
        receipt.told().forEach(t -> out().println("  is told: " + t.partner() + ", notice " + t.notice()));
        return 0;
    }
}
