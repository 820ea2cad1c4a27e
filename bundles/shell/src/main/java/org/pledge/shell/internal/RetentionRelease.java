package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;

/** Releases a legal hold before its end; two people have to. */
@Service
@Command(
        scope = "retention",
        name = "release",
        description = "Releases a legal hold before its end; two people have to",
        detailedDescription = """
            Example: retention:release --tenant anyip HOLD
            """)
public final class RetentionRelease extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The hold", required = true)
    String id;

    @Override
    int run() {
        Hold hold = service(HoldService.class).release(caller(), Ids.uuid(id));
        out().println(
                        hold.released().isPresent()
                                ? "Hold " + hold.id()
                                        + " is released; the next sweep removes what it kept past its time."
                                : "Hold " + hold.id()
                                        + " stays until a second person releases it: retention:release --tenant "
                                        + tenant + " " + hold.id());
        return 0;
    }
}
