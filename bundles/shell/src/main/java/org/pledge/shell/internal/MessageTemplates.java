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
            A template that was refused is not listed; the report beside its file says why.
            """)
public final class MessageTemplates extends MessageCommand {
    @Override
    int run() {
        Rows rows = new Rows("Template", "Class", "Purpose", "Can be declined", "Parameters", "Reviewed by");
        messages()
                .templates(tenant())
                .forEach(one -> rows.add(
                        one.name(),
                        one.messageClass(),
                        one.purpose(),
                        one.declinable(),
                        one.parameters(),
                        one.reviewer()));
        print(rows);
        return 0;
    }
}
