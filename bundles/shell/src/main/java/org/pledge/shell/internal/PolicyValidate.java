package org.pledge.shell.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.policy.PolicyService;

/** Compiles a pack without installing it. */
@Service
@Command(
        scope = "policy",
        name = "validate",
        description = "Compiles a pack without installing it",
        detailedDescription =
                """
            Example: policy:validate etc/policies/acme.policy.yaml
            The exit code is 2 when the pack would be refused.
            """)
public final class PolicyValidate extends PledgeCommand {
    @Argument(index = 0, name = "file", description = "The pack", required = true)
    String file;

    @Override
    int run() throws IOException {
        Path path = Path.of(file);
        if (!path.getFileName().toString().endsWith(".yaml") || !Files.isRegularFile(path)) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "there is no pack of that name")
                    .remedy("Give the path of a file that ends in .policy.yaml.");
        }
        List<PolicyService.Problem> problems =
                service(PolicyService.class).check(path.getFileName().toString(), Files.readString(path));
        problems.forEach(problem -> out().println(problem));
        if (problems.isEmpty()) {
            out().println("The pack is well-formed: dropping it into etc/policies puts it in force.");
        }
        return problems.isEmpty() ? 0 : 2;
    }
}
