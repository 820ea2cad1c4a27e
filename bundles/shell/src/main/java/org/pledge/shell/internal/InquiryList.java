package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.inquiry.InquiryService;

/** Lists a person's inquiries, oldest first. */
@Service
@Command(
        scope = "inquiry",
        name = "list",
        description = "Lists a person's inquiries, oldest first",
        detailedDescription = """
            Example: inquiry:list --tenant iwebtrack SUBJECT
            """)
public final class InquiryList extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        Rows rows = new Rows("Inquiry", "State", "Opened", "Opened by", "Closed", "Closed by");
        service(InquiryService.class)
                .inquiries(caller(), SubjectId.parse(subject))
                .forEach(i -> rows.add(
                        i.id(), i.isOpen() ? "OPEN" : "CLOSED", i.opened(), i.openedBy(), i.closed(), i.closedBy()));
        print(rows);
        return 0;
    }
}
