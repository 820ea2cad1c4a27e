package org.pledge.shell.internal;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
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
    private static final String REMEDY = "Give the path of a file that ends in .policy.yaml.";

    @Argument(index = 0, name = "file", description = "The pack", required = true)
    String file;

    @Override
    int run() throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "there is no file " + path.toAbsolutePath())
                    .remedy(REMEDY);
        }
        if (!Files.isRegularFile(path) || !path.toString().endsWith(".yaml")) {
            String what = Files.isDirectory(path) ? " is a directory" : " is no pack";
            throw new PledgeException(PledgeException.Kind.INVALID, path + what).remedy(REMEDY);
        }
        List<PolicyService.Problem> problems =
                service(PolicyService.class).check(path.getFileName().toString(), text(path));
        problems.forEach(problem -> out().println(problem));
        if (problems.isEmpty()) {
            out().println("The pack is well-formed: dropping it into etc/policies puts it in force.");
        }
        return problems.isEmpty() ? 0 : 2;
    }

    private static String text(Path path) throws IOException {
        try {
            return Files.readString(path);
        } catch (MalformedInputException e) {
            throw new PledgeException(PledgeException.Kind.INVALID, path + " is not text in UTF-8").remedy(REMEDY);
        } catch (AccessDeniedException e) {
            throw new PledgeException(PledgeException.Kind.INVALID, "the platform may not read " + path)
                    .remedy("Let the user that runs Pledge read it.");
        }
    }
}
