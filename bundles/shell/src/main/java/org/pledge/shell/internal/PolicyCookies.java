package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Policy.Tracker;
import org.pledge.visitor.CookieService;

/** Lists the cookies, stored values and beacons that a tenant's own sites may use. */
@Service
@Command(
        scope = "policy",
        name = "cookies",
        description = "Lists the cookies, stored values and beacons that a tenant's own sites may use",
        detailedDescription =
                """
            Example: policy:cookies --tenant anyip
            Consent is what the visitor must have said; where it is otherwise, the country stands behind it.
            """)
public final class PolicyCookies extends TenantCommand {
    @Override
    int run() {
        Rows rows = new Rows("Name", "Type", "Kind", "Owner", "Purpose", "Life or host", "Consent", "In", "Promises");
        for (Tracker each : service(CookieService.class).register(caller()).trackers()) {
            rows.add(
                    each.name(),
                    each.type(),
                    each.kind(),
                    each.firstParty() ? "first-party" : "third-party",
                    each.purpose(),
                    each.host().isEmpty() ? each.life() : each.host(),
                    each.need(),
                    each.needIn(),
                    each.promises());
        }
        print(rows);
        return 0;
    }
}
