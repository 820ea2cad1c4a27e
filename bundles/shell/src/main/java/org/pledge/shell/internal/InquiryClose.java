package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.inquiry.InquiryService;

/** Closes an inquiry; after the last one nothing leaves that answers one. */
@Service
@Command(
        scope = "inquiry",
        name = "close",
        description = "Closes an inquiry; after the last one nothing leaves that answers one",
        detailedDescription =
                """
            Example: inquiry:close --tenant iwebtrack SUBJECT INQUIRY
            Closing what is closed changes nothing.
            """)
public final class InquiryClose extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Argument(index = 1, name = "inquiry", description = "The inquiry, as inquiry:list shows it", required = true)
    String inquiry;

    @Override
    int run() {
        InquiryService.Closing closing =
                service(InquiryService.class).close(caller(), SubjectId.parse(subject), Ids.uuid(inquiry));
        out().println("Inquiry " + closing.inquiry().id() + " is closed: " + closing.cancelled()
                + " queued disclosures stopped.");
        closing.inDoubt()
                .forEach(d -> out().println("  may already have left: " + d.disclosure() + " to " + d.partner()));
        return 0;
    }
}
