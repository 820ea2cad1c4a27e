package org.pledge.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.policy.Policy;
import org.pledge.sharing.LegalCaseService;

/** Opens a legal case; two people have to approve it. */
@Service
@Command(
        scope = "sharing",
        name = "case-open",
        description = "Opens a legal case; two people have to approve it",
        detailedDescription =
                """
            Example: sharing:case-open --tenant anyip --ground law --reference 2026/1187 --partner district-court --field name --field email --days 30 SUBJECT
            """)
public final class SharingCaseOpen extends TenantCommand {
    @Argument(
            index = 0,
            name = "subjects",
            description = "The opaque identifiers of the people it concerns",
            required = true,
            multiValued = true)
    List<String> subjects;

    @Option(name = "--ground", description = "law, security, enforcement or protection", required = true)
    String ground;

    @Option(name = "--reference", description = "Of the order or file, without personal data", required = true)
    String reference;

    @Option(name = "--partner", description = "Who receives the data", required = true)
    String partner;

    @Option(
            name = "--field",
            multiValued = true,
            description = "A kind of data it covers; may be repeated",
            required = true)
    List<String> field;

    @Option(name = "--days", description = "Ends after so many days")
    int days = 30;

    @Override
    int run() {
        var opened = service(LegalCaseService.class)
                .open(
                        caller(),
                        oneOf(Policy.Ground.class, "--ground", ground),
                        reference,
                        partner,
                        subjects.stream().map(SubjectId::parse).collect(Collectors.toSet()),
                        Set.copyOf(field),
                        Instant.now().plus(Duration.ofDays(days)));
        out().println("Case " + opened.id() + " is open. Two people approve it: sharing:case-approve --tenant " + tenant
                + " " + opened.id());
        return 0;
    }
}
