package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.subject.SubjectService;

/** Closes an account and removes its people. */
@Service
@Command(
        scope = "subject",
        name = "close",
        description = "Closes an account and removes its people",
        detailedDescription =
                """
            Example: subject:close --tenant korax --version 3 0f8fad5b-d9cb-469f-a165-70867728950e
            """)
public final class SubjectClose extends TenantCommand {
    @Argument(index = 0, name = "account", description = "The opaque identifier of the account", required = true)
    String account;

    @Option(name = "--version", description = "The version of the account, from subject:list", required = true)
    long version;

    @Override
    int run() {
        service(SubjectService.class).close(caller(), SubjectId.parse(account), version);
        out().println("The account is closed and the keys of its people are destroyed.");
        return 0;
    }
}
