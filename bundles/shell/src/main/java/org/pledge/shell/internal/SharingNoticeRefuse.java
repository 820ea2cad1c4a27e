package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.NoticeService;

/** Records by hand that a partner keeps what it has on a legal ground. */
@Service
@Command(
        scope = "sharing",
        name = "notice-refuse",
        description = "Records by hand that a partner keeps what it has on a legal ground",
        detailedDescription =
                """
            Example: sharing:notice-refuse --tenant korax --channel letter NOTICE legal-obligation
            """)
public final class SharingNoticeRefuse extends TenantCommand {
    @Argument(index = 0, name = "notice", description = "The identifier, from sharing:notices", required = true)
    String notice;

    @Argument(
            index = 1,
            name = "ground",
            description = "legal-obligation, legal-claims, public-health, archives-and-research or expression",
            required = true)
    String ground;

    @Option(name = "--channel", description = "How the partner said so, such as phone or letter", required = true)
    String channel;

    @Override
    int run() {
        var refused = service(NoticeService.class)
                .refuse(caller(), Ids.uuid(notice), oneOf(NoticeService.Exemption.class, "ground", ground), channel);
        out().println("Notice " + refused.id() + " is " + refused.state() + ".");
        return 0;
    }
}
