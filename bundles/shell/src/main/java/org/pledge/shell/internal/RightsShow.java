package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Request;

/** Shows one request. */
@Service
@Command(
        scope = "rights",
        name = "show",
        description = "Shows one request",
        detailedDescription = """
            Example: rights:show --tenant korax REQUEST
            """)
public final class RightsShow extends RightsCommand {
    @Override
    int run() {
        Request r = service(RightsService.class).request(caller(), id());
        Rows rows = new Rows("Part", "Value");
        rows.add("Request", r.id());
        rows.add("Person", r.subject());
        rows.add("Asks for", r.type());
        rows.add("State", r.state());
        rows.add("Jurisdiction", r.jurisdiction());
        rows.add("Received", r.received());
        rows.add("Channel", r.channel());
        rows.add("Opened by", r.openedBy());
        rows.add("Law", r.deadlines().law());
        rows.add("Confirm before", r.deadlines().acknowledgeBy());
        rows.add("Confirmed", r.deadlines().acknowledged());
        rows.add("Answer before", r.deadlines().answerBy());
        rows.add("Last day", r.deadlines().lastDay() + " " + r.deadlines().zone());
        rows.add("Clock stands still since", r.deadlines().pausedSince());
        rows.add("Verified by", r.verifiedBy());
        rows.add("Extended because of", r.extension().map(Extension::reason));
        rows.add("Told of it on", r.extension().map(Extension::noticed));
        rows.add("Carried out", r.carriedOut());
        rows.add("Closed", r.closing().map(Closing::at));
        rows.add("Closed by", r.closing().map(Closing::by));
        rows.add("Ground", r.closing().flatMap(Closing::ground));
        print(rows);
        return 0;
    }
}
