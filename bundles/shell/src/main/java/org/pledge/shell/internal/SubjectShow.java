package org.pledge.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
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
            Examples:
            subject:show --tenant korax 0f8fad5b-d9cb-469f-a165-70867728950e
            subject:show --tenant iwebtrack --purpose recruitment 0f8fad5b-d9cb-469f-a165-70867728950e
            What does not serve the purpose is withheld; so is, without a purpose, what a promise binds to its own.
            """)
public final class SubjectShow extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person", required = true)
    String subject;

    @Option(name = "--purpose", description = "A purpose of the policy that the person is looked at for")
    @Completion(PurposeCompleter.class)
    String purpose;

    @Override
    int run() {
        SubjectService.Person person =
                service(SubjectService.class).person(caller(), SubjectId.parse(subject), Optional.ofNullable(purpose));
        Rows rows = new Rows("Account", "Roles", "Field", "Values");
        person.fields().keySet().stream()
                .sorted()
                .forEach(f -> rows.add(
                        person.account(),
                        person.roles(),
                        f,
                        person.fields().get(f).size()));
        print(rows);
        if (forPeople()) {
            person.withheld().forEach(field -> out().println("WITHHELD"
                    + (field.promises().isEmpty() ? "" : " by " + String.join(", ", field.promises())) + ": "
                    + field.because()));
        }
        return 0;
    }
}
