package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Counts;

/** Shows one transfer and what became of people. */
@Service
@Command(
        scope = "ownership",
        name = "show",
        description = "Shows one transfer and what became of people",
        detailedDescription = """
            Example: ownership:show --tenant anyip TRANSFER
            """)
public final class OwnershipShow extends OwnershipCommand {
    @Override
    int run() {
        OwnershipService ownership = service(OwnershipService.class);
        Counts counts = ownership.counts(caller(), id());
        if (forPeople()) {
            print(rows(List.of(ownership.transfer(caller(), id()))));
        }
        Reach reach = service(OwnershipNotices.class).reach(caller(), id());
        print(new Rows(
                        "People",
                        "Told",
                        "Unreached",
                        "Last told",
                        "Next try",
                        "Objections",
                        "Disclosed",
                        "Refused",
                        "Left out",
                        "Untold")
                .add(
                        reach.people(),
                        reach.told(),
                        reach.unreached(),
                        reach.last(),
                        reach.nextTry(),
                        counts.objections(),
                        counts.disclosed(),
                        counts.refused(),
                        counts.excluded(),
                        counts.untold()));
        return 0;
    }
}
