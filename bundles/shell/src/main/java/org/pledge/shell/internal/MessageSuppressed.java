package org.pledge.shell.internal;

import java.util.HashSet;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.notices.MessageService.Audience;
import org.pledge.notices.MessageService.Template;

/** Counts the people whom messages do not reach, for each purpose that people can decline. */
@Service
@Command(
        scope = "message",
        name = "suppressed",
        description = "Counts the people whom messages do not reach, for each purpose that people can decline",
        detailedDescription =
                """
            Example: message:suppressed --tenant iwebtrack
            Figures only: who they are, consent:history says of one person at a time.
            """)
public final class MessageSuppressed extends MessageCommand {
    @Override
    int run() {
        Caller caller = caller();
        Rows rows = new Rows("Purpose", "Declined", "Other reason", "No address", "Would get it", "Whole");
        Set<String> purposes = new HashSet<>();
        for (Template one : messages().templates(caller.tenant())) {
            if (one.declinable() && purposes.add(one.purpose())) {
                Audience counted = messages().audience(caller, one.name());
                rows.add(
                        counted.purpose(),
                        counted.declined(),
                        counted.refused(),
                        counted.unreachable(),
                        counted.receive(),
                        counted.whole());
            }
        }
        print(rows);
        return 0;
    }
}
