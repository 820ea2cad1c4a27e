package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.visitor.LinkService;

/** Ends the link of a device to a person, and removes what was recorded under it. */
@Service
@Command(
        scope = "subject",
        name = "device-unlink",
        description = "Ends the link of a device to a person, and removes what was recorded under it",
        detailedDescription =
                """
            Example: subject:device-unlink --tenant anyip SUBJECT LINK
            subject:devices lists the links.
            """)
public final class SubjectDeviceUnlink extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(index = 1, name = "link", description = "The link", required = true)
    String link;

    @Override
    int run() {
        service(LinkService.class).unlink(caller(), SubjectId.parse(subject), Ids.uuid(link));
        out().println("The link is gone, and what was recorded under it.");
        return 0;
    }
}
