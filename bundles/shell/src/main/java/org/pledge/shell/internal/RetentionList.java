package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.retention.RetentionService;
import org.pledge.retention.RetentionService.Schedule;

/** Lists when each kind of data leaves, and who removes it then. */
@Service
@Command(
        scope = "retention",
        name = "list",
        description = "Lists when each kind of data leaves, and who removes it then",
        detailedDescription =
                """
            Example: retention:list --tenant anonymizer
            State: DONE BY EVENT is removed when that happens, ON TIME and LATE are swept, NOBODY is removed by nobody.
            """)
public final class RetentionList extends TenantCommand {
    @Option(name = "--nobody", description = "Only what nobody removes")
    boolean nobody;

    @Override
    int run() {
        Rows rows = new Rows("Category", "Purpose", "End", "Promises", "Removed by", "State", "Last sweep", "Next");
        service(RetentionService.class).schedules(caller()).stream()
                .filter(schedule -> !nobody || schedule.answeredBy().isEmpty())
                .forEach(s -> rows.add(
                        s.category(),
                        s.purpose(),
                        s.end(),
                        s.promises(),
                        s.answeredBy(),
                        state(s),
                        s.swept(),
                        s.next()));
        print(rows);
        return 0;
    }

    private static String state(Schedule schedule) {
        if (schedule.answeredBy().isEmpty()) {
            return "NOBODY";
        }
        if (schedule.next().isEmpty()) {
            return "DONE BY EVENT";
        }
        return schedule.late() ? "LATE" : "ON TIME";
    }
}
