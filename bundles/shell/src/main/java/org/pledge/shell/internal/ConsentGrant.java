package org.pledge.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Records consent of a person. */
@Service
@Command(
        scope = "consent",
        name = "grant",
        description = "Records consent of a person",
        detailedDescription =
                """
            Example: consent:grant --tenant korax --wording newsletter-3 --wording-sha256 9f86d0… SUBJECT delivery parcelway name email
            The wording is what the person was shown: its version and the SHA-256 of its text.
            """)
public final class ConsentGrant extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(index = 1, name = "purpose", description = "A purpose of the policy", required = true)
    String purpose;

    @Argument(index = 2, name = "partner", description = "The recipient", required = true)
    String partner;

    @Argument(index = 3, name = "fields", description = "The kinds of data", required = true, multiValued = true)
    List<String> fields;

    @Option(name = "--implied", description = "Consent was implied by use, not expressed")
    boolean implied;

    @Option(name = "--days", description = "Ends by itself after so many days")
    int days = 0;

    @Option(name = "--channel", description = "Where the person said so")
    String channel = "shell";

    @Option(name = "--wording", description = "The version of the wording the person was shown", required = true)
    String wording;

    @Option(name = "--wording-sha256", description = "SHA-256 of that wording, 64 hexadecimal digits", required = true)
    String wordingSha256;

    @Override
    int run() {
        Optional<Instant> expires =
                days > 0 ? Optional.of(Instant.now().plus(Duration.ofDays(days))) : Optional.empty();
        ConsentService.Receipt receipt = service(ConsentService.class)
                .grant(
                        caller(),
                        SubjectId.parse(subject),
                        new ConsentService.Grant(
                                purpose,
                                partner,
                                Set.copyOf(fields),
                                implied ? ConsentService.Level.IMPLIED : ConsentService.Level.OPT_IN,
                                expires,
                                new ConsentService.Wording(channel, wording, wordingSha256)));
        out().println("Recorded as change " + receipt.epoch() + " of this person, receipt " + receipt.id() + ".");
        return 0;
    }
}
