package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.audit.AuditLog;

/** Shows the newest acts of a tenant. */
@Service
@Command(
        scope = "audit",
        name = "tail",
        description = "Shows the newest acts of a tenant",
        detailedDescription = """
            Example: audit:tail --tenant korax --limit 50
            """)
public final class AuditTail extends AuditCommand {
    @Option(name = "--limit", description = "At most so many")
    int limit = 20;

    @Override
    int run() {
        requireActive();
        Rows rows = new Rows("Position", "At", "Act", "Actor", "Subject", "Promises", "Details", "Chain");
        service(AuditLog.class)
                .tail(tenant(), limit)
                .forEach(e -> rows.add(
                        e.position(),
                        e.leaf().at(),
                        e.leaf().act(),
                        e.leaf().actor(),
                        e.leaf().subject(),
                        e.leaf().promises(),
                        e.leaf().details(),
                        e.chain().substring(0, 16)));
        print(rows);
        return 0;
    }
}
