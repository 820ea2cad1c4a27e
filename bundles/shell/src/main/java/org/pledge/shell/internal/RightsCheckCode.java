package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.CodeCheck;

/** Checks the code that the person read. */
@Service
@Command(
        scope = "rights",
        name = "check-code",
        description = "Checks the code that the person read",
        detailedDescription = """
            Example: rights:check-code --tenant korax REQUEST 271828
            """)
public final class RightsCheckCode extends RightsCommand {
    @Argument(index = 1, name = "code", description = "Six digits", required = true)
    String code;

    @Override
    int run() {
        CodeCheck check = service(RightsService.class).checkCode(caller(), id(), code);
        if (check.verified()) {
            out().println("It is verified who asks; the request is open.");
            return 0;
        }
        out().println(
                        check.locked()
                                ? "This request takes no more codes. Let the person log in, or refuse it as unverified."
                                : "This code does not verify who asks. Send another one, or refuse the request as unverified.");
        return DENIED;
    }
}
