package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.NoticeService;

/** Records by hand that a partner confirmed a notice. */
@Service
@Command(
        scope = "sharing",
        name = "notice-acknowledge",
        description = "Records by hand that a partner confirmed a notice",
        detailedDescription =
                """
            Example: sharing:notice-acknowledge --tenant korax --channel phone NOTICE
            """)
public final class SharingNoticeAcknowledge extends TenantCommand {
    @Argument(index = 0, name = "notice", description = "The identifier, from sharing:notices", required = true)
    String notice;

    @Option(name = "--channel", description = "How the partner confirmed it, such as phone or letter", required = true)
    String channel;

    @Override
    int run() {
        var confirmed = service(NoticeService.class).acknowledge(caller(), Ids.uuid(notice), channel);
        out().println("Notice " + confirmed.id() + " is " + confirmed.state() + ".");
        return 0;
    }
}
