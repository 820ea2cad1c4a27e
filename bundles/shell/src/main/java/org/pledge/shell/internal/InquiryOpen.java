package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.inquiry.InquiryService;

/** Opens an inquiry; what answers it may leave until it is closed. */
@Service
@Command(
        scope = "inquiry",
        name = "open",
        description = "Opens an inquiry; what answers it may leave until it is closed",
        detailedDescription =
                """
            Example: inquiry:open --tenant iwebtrack SUBJECT
            What was asked is not kept. A person can have several open inquiries.
            """)
public final class InquiryOpen extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        InquiryService.Inquiry inquiry = service(InquiryService.class).open(caller(), SubjectId.parse(subject));
        out().println("Inquiry " + inquiry.id() + " is open.");
        return 0;
    }
}
