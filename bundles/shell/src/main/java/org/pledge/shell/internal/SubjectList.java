package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.subject.SubjectService;

/** Lists accounts by their opaque identifiers. */
@Service
@Command(
        scope = "subject",
        name = "list",
        description = "Lists accounts by their opaque identifiers",
        detailedDescription = """
            Example: subject:list --tenant korax --limit 50
            """)
public final class SubjectList extends TenantCommand {
    @Option(name = "--limit", description = "At most so many")
    int limit = 20;

    @Option(name = "--cursor", description = "Where the previous page ended")
    String cursor;

    @Override
    int run() {
        var page = service(SubjectService.class).accounts(caller(), Optional.ofNullable(cursor), limit);
        Rows rows = new Rows("Account", "Tier", "Holder", "Jurisdiction", "People", "Version");
        page.items()
                .forEach(a -> rows.add(
                        a.id(),
                        a.tier(),
                        a.holder(),
                        a.jurisdiction(),
                        a.contacts().size(),
                        a.version()));
        print(rows);
        if (forPeople()) {
            page.next().ifPresent(next -> out().println("More: --cursor " + next));
        }
        return 0;
    }
}
