package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the message templates in use. */
@Service
@Command(
        scope = "message",
        name = "templates",
        description = "Lists the message templates in use",
        detailedDescription =
                """
            Example: message:templates --tenant iwebtrack
            A template that was refused is not listed; the report beside its file says why. Under Obstacle stands why
            no message of a template can leave now, whoever it is for.
            """)
public final class MessageTemplates extends MessageCommand {
    @Override
    int run() {
        Rows rows =
                new Rows("Template", "Class", "Purpose", "Can be declined", "Parameters", "Reviewed by", "Obstacle");
        messages()
                .templates(tenant())
                .forEach(one -> rows.add(
                        one.name(),
                        one.messageClass(),
                        one.purpose(),
                        one.declinable(),
                        one.parameters(),
                        one.reviewer(),
                        messages().obstacle(tenant(), one.name())));
        print(rows);
        return 0;
    }
}
