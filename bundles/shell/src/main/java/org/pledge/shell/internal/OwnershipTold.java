package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;

/** Records that staff told somebody of a transfer another way. */
@Service
@Command(
        scope = "ownership",
        name = "told",
        description = "Records that somebody was told of a transfer another way, such as by letter",
        detailedDescription =
                """
            Example: ownership:told --tenant anyip --day 2026-12-01 TRANSFER SUBJECT
            """)
public final class OwnershipTold extends OwnershipCommand {
    @Argument(index = 1, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Option(name = "--day", description = "The day on which the person was told, at most 30 days ago", required = true)
    String day;

    @Override
    int run() {
        Notice notice = service(OwnershipNotices.class)
                .toldByHand(caller(), id(), SubjectId.parse(subject), Days.parse("--day", day));
        out().println("On record as told: " + notice.telling() + ", " + notice.at() + ".");
        return 0;
    }
}
