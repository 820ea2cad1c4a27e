package org.pledge.shell.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

/** Records what somebody asks for under their rights. */
@Service
@Command(
        scope = "rights",
        name = "open",
        description = "Records what somebody asks for under their rights",
        detailedDescription =
                """
            Example: rights:open --tenant korax --channel letter SUBJECT erasure DE
            rights:open --tenant korax --channel letter --received 2026-01-31T12:00:00Z SUBJECT access DE
            rights:open --tenant iwebtrack --channel web --purpose own-offers SUBJECT objection DE
            What the person wrote is not kept.
            """)
public final class RightsOpen extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(
            index = 1,
            name = "type",
            description = "access, portability, rectification, erasure, restriction, objection, opt-out, disclosures,"
                    + " complaint or child-removal",
            required = true)
    String type;

    @Argument(
            index = 2,
            name = "jurisdiction",
            description = "Where the person says they live, such as DE or US-CA",
            required = true)
    String jurisdiction;

    @Option(name = "--channel", description = "Where the request came in, such as mail or letter", required = true)
    String channel;

    @Option(
            name = "--purpose",
            multiValued = true,
            description = "A purpose to which the person objects; may be repeated; everything without it")
    List<String> purpose;

    @Option(
            name = "--received",
            description = "When it arrived, such as 2026-01-31T12:00:00Z; the clock runs from there; now without it")
    String received;

    @Override
    int run() {
        Request request = service(RightsService.class)
                .open(
                        caller(),
                        new NewRequest(
                                SubjectId.parse(subject),
                                oneOf(Type.class, "type", type),
                                jurisdiction,
                                channel,
                                purpose == null ? Set.of() : Set.copyOf(purpose),
                                Optional.ofNullable(received).map(text -> BreachRows.time("--received", text))));
        out().println("Request " + request.id() + " is " + request.state() + ". Last day to answer: "
                + request.deadlines().lastDay() + " (" + request.deadlines().law() + ").");
        return 0;
    }
}
