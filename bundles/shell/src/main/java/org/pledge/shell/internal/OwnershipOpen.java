package org.pledge.shell.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.Transfer;

/** Opens a transfer of data with a change of ownership. */
@Service
@Command(
        scope = "ownership",
        name = "open",
        description = "Opens a transfer of data with a change of ownership",
        detailedDescription =
                """
            Example: ownership:open --tenant anyip --category email --notice 2026-12-01 --objections 2026-12-31 new-owner
            The policy must have announced such transfers, and the successor must be bound by it.
            """)
public final class OwnershipOpen extends TenantCommand {
    @Argument(index = 0, name = "successor", description = "The name of the partner that takes over", required = true)
    String successor;

    @Option(
            name = "--category",
            multiValued = true,
            description = "A kind of data that goes along; may be repeated",
            required = true)
    List<String> category;

    @Option(name = "--tier", description = "Only people with an account of this tier; everybody without it")
    String tier;

    @Option(name = "--notice", description = "The day on which people are told", required = true)
    String notice;

    @Option(name = "--objections", description = "The last day on which they can object", required = true)
    String objections;

    @Override
    int run() {
        Transfer opened = service(OwnershipService.class)
                .open(
                        caller(),
                        new Scope(
                                successor,
                                Set.copyOf(category),
                                Optional.ofNullable(tier),
                                Days.parse("--notice", notice),
                                Days.parse("--objections", objections)));
        out().println("Transfer " + opened.id() + " is open. Two officers approve it: ownership:approve --tenant "
                + tenant + " " + opened.id() + "; then people are told from "
                + opened.scope().notice() + " on: ownership:tell --tenant " + tenant + " " + opened.id());
        return 0;
    }
}
