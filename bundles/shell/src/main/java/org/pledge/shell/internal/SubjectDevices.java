package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.visitor.LinkService;

/** Lists the devices that are linked to a person. */
@Service
@Command(
        scope = "subject",
        name = "devices",
        description = "Lists the devices that are linked to a person",
        detailedDescription =
                """
            Example: subject:devices --tenant anyip SUBJECT
            What is recorded of a linked device is personal data of the person until subject:device-unlink.
            """)
public final class SubjectDevices extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        Rows rows = new Rows("Link", "Since", "Records", "Promises");
        service(LinkService.class)
                .links(caller(), SubjectId.parse(subject))
                .forEach(link -> rows.add(
                        link.id(),
                        link.since(),
                        link.records().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        link.promises()));
        print(rows);
        return 0;
    }
}
