package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.backup.BackupService;

/** Makes a backup of both databases. */
@Service
@Command(
        scope = "backup",
        name = "make",
        description = "Makes a backup of both databases, encrypted to the backup key",
        detailedDescription =
                """
            Example: backup:make --to /backups
            Everybody works on meanwhile. It takes a backup key: ./pledge backup-key --to FILE
            """)
public final class BackupMake extends PledgeCommand {
    @Option(name = "--to", description = "The folder; data/backup where none is given")
    String to = "";

    @Override
    int run() {
        BackupService.Made made = service(BackupService.class).make(caller(new TenantId("platform")), to, rows -> {
            if (forPeople()) {
                out().println("  " + rows + " rows");
            }
        });
        out().println(made.rows() + " rows are in " + made.data());
        out().println("and the wrapped keys in " + made.keys() + ": keep the newest of these, apart from the data.");
        return 0;
    }
}
