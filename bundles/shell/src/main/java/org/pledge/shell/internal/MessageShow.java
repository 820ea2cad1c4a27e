package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows a message template, without its text. */
@Service
@Command(
        scope = "message",
        name = "show",
        description = "Shows a message template, without its text",
        detailedDescription =
                """
            Example: message:show --tenant iwebtrack offers
            The text is in etc/templates; the digest tells whether it is the one in use.
            """)
public final class MessageShow extends MessageCommand {
    @Argument(index = 0, name = "template", description = "The name, from message:templates", required = true)
    @Completion(TemplateCompleter.class)
    String template;

    @Override
    int run() {
        var shown = template(template);
        Rows rows = new Rows("What", "Value");
        rows.add("template", shown.name());
        rows.add("class", shown.messageClass());
        rows.add("purpose", shown.purpose());
        rows.add("can be declined", shown.declinable());
        rows.add("parameters", shown.parameters());
        rows.add("reviewed by", shown.reviewer());
        rows.add("digest", shown.digest());
        print(rows);
        return 0;
    }
}
