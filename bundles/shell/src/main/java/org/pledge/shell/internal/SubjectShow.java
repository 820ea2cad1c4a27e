package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.SubjectId;
import org.pledge.subject.SubjectService;

/** Shows which fields are held about a person, never their values. */
@Service
@Command(
        scope = "subject",
        name = "show",
        description = "Shows which fields are held about a person, never their values",
        detailedDescription =
                """
            Example: subject:show --tenant korax 0f8fad5b-d9cb-469f-a165-70867728950e
            """)
public final class SubjectShow extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Override
    int run() {
        SubjectService.Person person = service(SubjectService.class).person(caller(), SubjectId.parse(subject));
        Rows rows = new Rows("Account", "Roles", "Field", "Values");
        person.fields().keySet().stream()
                .sorted()
                .forEach(f -> rows.add(
                        person.account(),
                        person.roles(),
                        f,
                        person.fields().get(f).size()));
        print(rows);
        return 0;
    }
}
