package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.subject.SubjectService;

/** Removes a contact person and destroys their key. */
@Service
@Command(
        scope = "subject",
        name = "contact-remove",
        description = "Removes a contact person and destroys their key",
        detailedDescription =
                """
            Example: subject:contact-remove --tenant korax --version 3 0f8fad5b-d9cb-469f-a165-70867728950e
            """)
public final class SubjectRemoveContact extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the contact person", required = true)
    String subject;

    @Option(name = "--version", description = "The version of the account, from subject:list", required = true)
    long version;

    @Override
    int run() {
        service(SubjectService.class).removeContact(caller(), SubjectId.parse(subject), version);
        out().println("The contact person is removed and their key destroyed.");
        return 0;
    }
}
