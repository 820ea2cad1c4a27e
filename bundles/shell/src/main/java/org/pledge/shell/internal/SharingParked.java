package org.pledge.shell.internal;

import java.util.Arrays;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.SharingService;

/** Lists disclosures and notices that wait for an operator. */
@Service
@Command(
        scope = "sharing",
        name = "parked",
        description = "Lists disclosures and notices that wait for an operator",
        detailedDescription = """
            Example: sharing:parked --tenant korax
            """)
public final class SharingParked extends TenantCommand {
    @Option(name = "--state", description = "Another state: queued, sending, delivered, cancelled, dropped")
    String state = "parked";

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Override
    int run() {
        SharingService.State wanted = oneOf(SharingService.State.class, "--state", state);
        print(DisclosureRows.of(service(SharingService.class).inState(caller(), wanted, limit), notices(wanted)));
        return 0;
    }

    /** Notices are never cancelled. */
    private List<Notice> notices(SharingService.State wanted) {
        return Arrays.stream(NoticeService.State.values())
                .filter(one -> one.name().equals(wanted.name()))
                .flatMap(one -> service(NoticeService.class).inState(caller(), one, limit).stream())
                .toList();
    }
}
