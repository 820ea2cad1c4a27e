package org.pledge.shell.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.AnswerService.Started;
import org.pledge.answers.AnswerService.State;

/** Makes the answer to a request for access or portability, and hands it over as a file under a password. */
@Service
@Command(
        scope = "rights",
        name = "export",
        description = "Makes the answer to a request for access or portability",
        detailedDescription =
                """
            Example: rights:export --tenant korax --to request-17.zip --progress REQUEST
            The file is on this machine, where the command says, for 24 hours. Its password is shown this once: hand it
            over apart from the file. Where the password was lost, --anew makes another file.
            """)
public final class RightsExport extends RightsCommand {
    @Option(name = "--to", description = "The name of the file, without a folder", required = true)
    String to;

    @Option(name = "--progress", description = "Tells how far it is")
    boolean progress;

    @Option(name = "--anew", description = "Makes another file although there is one")
    boolean anew;

    @Override
    int run() throws IOException {
        AnswerService answers = service(AnswerService.class);
        Started started = answers.start(caller(), id(), Optional.empty(), anew);
        started.password().ifPresent(password -> out().println("Password, shown this once: " + password));
        Export export = awaited(answers);
        if (export.state() == State.FAILED) {
            out().println("The answer could not be made, and nothing is left of it; the log says why."
                    + " Make it again: rights:export.");
            return 1;
        }
        tell(export);
        out().println("File: " + answers.handOver(caller(), id(), to));
        export.sha256().ifPresent(hash -> out().println("SHA-256, as recorded: " + hash));
        return 0;
    }

    private Export awaited(AnswerService answers) throws IOException {
        try {
            return answers.await(caller(), id(), this::tell);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the answer is made on; fetch it with the same command");
        }
    }

    private void tell(Export export) {
        if (progress) {
            long items =
                    export.counts().values().stream().mapToLong(Long::longValue).sum();
            out().println(export.state() + ": " + items + " items");
        }
    }
}
