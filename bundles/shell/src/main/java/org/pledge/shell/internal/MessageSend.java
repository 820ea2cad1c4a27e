package org.pledge.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.notices.MessageService.Audience;
import org.pledge.sharing.SharingService.Outcome;

/** Sends a message to one person, or says who would get it. */
@Service
@Command(
        scope = "message",
        name = "send",
        description = "Sends a message to one person, or says who would get it",
        detailedDescription =
                """
            Example: message:send --tenant iwebtrack --parameter date=2026-12-01 account SUBJECT
            With --dry-run nothing is sent or recorded: it says what would be decided about the person, or, without a
            person, how many people would get the message and how many would not, and why.
            """)
public final class MessageSend extends MessageCommand {
    @Argument(index = 0, name = "template", description = "The name, from message:templates", required = true)
    @Completion(TemplateCompleter.class)
    String template;

    @Argument(index = 1, name = "subject", description = "The opaque identifier of the person")
    String subject;

    @Option(
            name = "--parameter",
            multiValued = true,
            description = "name=value, for each parameter of the template; may be repeated")
    List<String> parameter = List.of();

    @Option(name = "--dry-run", description = "Says what would be decided, and sends nothing")
    boolean dryRun;

    @Override
    int run() {
        if (subject == null && !dryRun) {
            throw new PledgeException(PledgeException.Kind.INVALID, "name a person, or say --dry-run")
                    .remedy("See message:send --help.");
        }
        if (subject == null) {
            return count(messages().audience(caller(), template));
        }
        SubjectId person = SubjectId.parse(subject);
        if (dryRun) {
            return print(messages().explain(caller(), person, template));
        }
        Outcome outcome = messages().send(caller(), person, template, parameters());
        if (outcome instanceof Outcome.Queued queued) {
            out().println("Queued as disclosure " + queued.disclosure().id() + ".");
            return 0;
        }
        return print(outcome.decision());
    }

    private int count(Audience audience) {
        Rows rows = new Rows("People who", "Count");
        rows.add("would get it", audience.receive());
        rows.add("declined", audience.declined());
        rows.add("may not get it for another reason", audience.refused());
        rows.add("have no address on record", audience.unreachable());
        print(rows);
        if (forPeople() && !audience.whole()) {
            out().println("Only the first people were counted.");
        }
        return 0;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        for (String one : parameter) {
            int sign = one.indexOf('=');
            if (sign < 1 || parameters.put(one.substring(0, sign), one.substring(sign + 1)) != null) {
                throw new PledgeException(PledgeException.Kind.INVALID, "--parameter takes name=value, each name once")
                        .remedy("message:show --tenant " + tenant + " " + template + " lists the names.");
            }
        }
        return parameters;
    }
}
