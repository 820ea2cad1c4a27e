package org.pledge.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.policy.Policy;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;

/** Keeps one kind of data from being removed, for a legal case. */
@Service
@Command(
        scope = "retention",
        name = "hold",
        description = "Keeps one kind of data from being removed, for a legal case",
        detailedDescription =
                """
            Example: retention:hold --tenant anyip --category email --subject SUBJECT --ground law --reference 2026/1187 --days 90
            It works at once and lapses after 72 hours unless a second person approves it.
            """)
public final class RetentionHold extends TenantCommand {
    @Option(name = "--category", description = "The kind of data", required = true)
    String category;

    @Option(name = "--subject", description = "The opaque identifier of the person; everybody's data without it")
    String subject;

    @Option(name = "--ground", description = "law, security, enforcement or protection", required = true)
    String ground;

    @Option(name = "--reference", description = "Of the order or file, without personal data", required = true)
    String reference;

    @Option(name = "--days", description = "Ends after so many days, at most 366")
    int days = 30;

    @Override
    int run() {
        Hold hold = service(HoldService.class)
                .place(
                        caller(),
                        category,
                        Optional.ofNullable(subject).map(SubjectId::parse),
                        oneOf(Policy.Ground.class, "--ground", ground),
                        reference,
                        Instant.now().plus(Duration.ofDays(days)));
        out().println("Hold " + hold.id() + " is in force until " + hold.ends() + ". A second person approves it: "
                + "retention:approve --tenant " + tenant + " " + hold.id());
        return 0;
    }
}
