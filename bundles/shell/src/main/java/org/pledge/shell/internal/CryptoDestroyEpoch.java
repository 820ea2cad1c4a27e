package org.pledge.shell.internal;

import java.time.DateTimeException;
import java.time.YearMonth;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.PeopleEpochs;

/** Destroys the key of a month that no living person's key is wrapped under. */
@Service
@Command(
        scope = "crypto",
        name = "destroy-epoch",
        description = "Destroys the key of a month that nobody's key is wrapped under any more",
        detailedDescription =
                """
            Example: crypto:rotate
            Example: crypto:destroy-epoch 2026-10
            Backups from before crypto:rotate hold people's keys as that month's key wraps them: with the newest file
            of keys nothing in them opens any more. Make a backup between the two, and destroy the older files of keys.
            """)
public final class CryptoDestroyEpoch extends PledgeCommand {
    @Argument(name = "month", description = "The month, such as 2026-10", required = true)
    String month = "";

    @Override
    int run() {
        service(PeopleEpochs.class).destroy(caller(new TenantId("platform")), parsed());
        out().println("The key of " + month + " is destroyed. Make a backup, and destroy the older files of keys.");
        return 0;
    }

    private YearMonth parsed() {
        try {
            return YearMonth.parse(month);
        } catch (DateTimeException e) {
            throw new PledgeException(PledgeException.Kind.INVALID, "this is no month").remedy("Give it as 2026-10.");
        }
    }
}
