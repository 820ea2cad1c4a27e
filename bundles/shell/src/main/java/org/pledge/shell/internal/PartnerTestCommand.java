package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Check;

/** Tests a partner without sending data of anybody. */
@Service
@Command(
        scope = "partner",
        name = "test",
        description = "Tests a partner without sending data of anybody",
        detailedDescription = """
            Example: partner:test --tenant korax parcelway
            """)
public final class PartnerTestCommand extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Override
    int run() {
        List<Check> checks = service(PartnerService.class).test(caller(), name);
        if (forPeople()) {
            checks.forEach(check -> out().println(line(check)));
        } else {
            Rows rows = new Rows("Check", "Passed", "Text", "Remedy");
            checks.forEach(check -> rows.add(check.what(), check.passed(), check.text(), check.remedy()));
            print(rows);
        }
        return checks.stream().allMatch(Check::passed) ? 0 : 1;
    }

    private static String line(Check check) {
        return (check.passed() ? "ok      " : "failed  ") + check.what() + ": "
                + sentences(check.text(), check.remedy());
    }
}
