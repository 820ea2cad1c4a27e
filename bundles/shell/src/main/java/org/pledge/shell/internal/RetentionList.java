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
            State: DONE BY EVENT is removed when that happens, ON TIME and LATE are swept, KEPT until stands where the
            same copy serves another purpose for longer, NOT HELD is data that nobody can hold here, and NOBODY is held
            and removed by nobody.
            """)
public final class RetentionList extends TenantCommand {
    private static final String NOBODY = "NOBODY";

    @Option(name = "--nobody", description = "Only what nobody removes")
    boolean nobody;

    @Override
    int run() {
        Rows rows = new Rows("Category", "Purpose", "End", "Promises", "Removed by", "State", "Last sweep", "Next");
        service(RetentionService.class).schedules(caller()).stream()
                .filter(schedule -> !nobody || state(schedule).equals(NOBODY))
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
            return schedule.laterEnd().map(end -> "KEPT " + end).orElse(schedule.held() ? NOBODY : "NOT HELD");
        }
        if (schedule.next().isEmpty()) {
            return "DONE BY EVENT";
        }
        return schedule.late() ? "LATE" : "ON TIME";
    }
}
