package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Reason;

/** Lengthens the time to answer, once. */
@Service
@Command(
        scope = "rights",
        name = "extend",
        description = "Lengthens the time to answer, once",
        detailedDescription =
                """
            Example: rights:extend --tenant korax --noticed 2026-03-12 REQUEST complexity
            """)
public final class RightsExtend extends RightsCommand {
    @Argument(index = 1, name = "reason", description = "complexity or number-of-requests", required = true)
    String reason;

    @Option(name = "--noticed", description = "The day on which the person was told", required = true)
    String noticed;

    @Override
    int run() {
        print(service(RightsService.class)
                .extend(
                        caller(),
                        id(),
                        new Extension(oneOf(Reason.class, "reason", reason), Days.parse("--noticed", noticed))));
        return 0;
    }
}
