package org.pledge.shell.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.security.AccessController;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyService;

/** One command: finds services and the caller, and turns a refusal into plain words and an exit code. */
abstract class PledgeCommand implements Action {
    /** Exit code when a promise or a missing role forbids it. */
    static final int DENIED = 3;

    @Reference
    BundleContext bundle;

    @Reference
    Session session;

    @Option(name = "--output", description = "table, json or csv")
    String output = "table";

    @Option(name = "--no-format", description = "Prints the table without lines, for scripts")
    boolean noFormat;

    /** Whom the command acted as, once it did. */
    private Optional<Caller> asked = Optional.empty();

    /** Does the work; returns the exit code. */
    abstract int run() throws IOException;

    @Override
    public final Object execute() throws IOException {
        try {
            int code = run();
            return code == 0 ? null : code;
        } catch (PledgeException e) {
            if (!e.roles().isEmpty()) {
                asked.ifPresent(caller -> new RoleRefusals(bundle).record(caller, name(), e.roles()));
            }
            out().println(sentence(e));
            return code(e.kind());
        }
    }

    private String name() {
        Command command = getClass().getAnnotation(Command.class);
        return command == null ? getClass().getSimpleName() : command.scope() + ":" + command.name();
    }

    PrintStream out() {
        return session.getConsole();
    }

    <T> T service(Class<T> type) {
        return new RoleRefusals(bundle).service(type);
    }

    @SuppressWarnings("removal")
    private static Subject login() {
        Subject login = Subject.getSubject(AccessController.getContext());
        return login == null ? new Subject() : login;
    }

    /** Where the login came from; who sits at the console of the process itself is at this machine. */
    static String remoteAddress() {
        return ShellUser.address(login());
    }

    Caller caller(TenantId tenant) {
        return asking(service(ConfidentialityService.class)
                .active(ShellUser.of(login()).caller(tenant)));
    }

    /** Of a command about the platform as a whole, which has no policy and works also while no policy does. */
    Caller callerOf(TenantId platform) {
        return asking(ShellUser.of(login()).caller(platform));
    }

    private Caller asking(Caller caller) {
        asked = Optional.of(caller);
        return caller;
    }

    /** The tenant of that name, which must have a policy in force. */
    TenantId inForce(String tenant) {
        return service(PolicyService.class).current(new TenantId(tenant)).tenant();
    }

    void print(Rows rows) {
        rows.print(out(), output, noFormat);
    }

    /** Whether people read the output; programs get nothing beside the rows. */
    boolean forPeople() {
        return output.equals("table");
    }

    /** Prints a decision as a sentence; returns the exit code. */
    int print(Decision decision) {
        if (decision instanceof Decision.Denied denied) {
            out().println(sentence(denied));
            return DENIED;
        }
        Decision.Permitted permitted = (Decision.Permitted) decision;
        out().println("PERMITTED by " + String.join(", ", permitted.promises()) + ": "
                + String.join(", ", permitted.fields().stream().sorted().toList()));
        permitted.withheld().forEach(reason -> out().println("  withheld " + reason.field() + " ("
                + String.join(", ", reason.promises()) + "): " + reason.text()));
        permitted.obligations().forEach(o -> out().println(
                        "  obligation " + o.name() + " " + Rows.words(o.parameters())));
        return 0;
    }

    static String sentence(Decision.Denied denied) {
        return "DENIED by " + String.join(", ", denied.promises()) + ": "
                + sentences(denied.reasons().get(0).text(), denied.remedy());
    }

    static String sentence(PledgeException e) {
        String start =
                e.kind() == PledgeException.Kind.DENIED ? "DENIED" : e.kind().name();
        return start + (e.promises().isEmpty() ? "" : " by " + String.join(", ", e.promises())) + ": "
                + sentences(e.getMessage(), e.remedy());
    }

    /** What is wrong as a sentence, and then what to do, if anything. */
    static String sentences(String text, String remedy) {
        boolean ended = text.endsWith(".") || text.endsWith("!") || text.endsWith("?") || text.endsWith("…");
        return text + (ended ? "" : ".") + (remedy.isEmpty() ? "" : " " + remedy);
    }

    static int code(PledgeException.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID -> 2;
            case DENIED, UNAUTHENTICATED -> DENIED;
            case NOT_FOUND -> 4;
            case UNAVAILABLE -> 5;
            case CONFLICT, STALE -> 6;
        };
    }

    static <E extends Enum<E>> E oneOf(Class<E> type, String option, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            option + " must be one of "
                                    + Arrays.stream(type.getEnumConstants())
                                            .map(one -> one.name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', '-'))
                                            .collect(Collectors.joining(", ")))
                    .remedy("Give one of these; --help shows how.");
        }
    }
}
