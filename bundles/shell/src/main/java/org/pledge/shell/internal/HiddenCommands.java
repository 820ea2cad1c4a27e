package org.pledge.shell.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AccessController;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.security.auth.Subject;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService;

/** Records that Karaf's access rules kept a user from a command: Karaf says that there is none, which this hears. */
@Component(service = CommandSessionListener.class)
public final class HiddenCommands implements CommandSessionListener {
    private static final String ACL = "org.apache.karaf.command.acl.";
    private static final TenantId PLATFORM = new TenantId("platform");
    private static final Set<String> SCOPES = Set.of(
            "policy", "subject", "consent", "inquiry", "rights", "partner", "sharing", "message", "audit", "pledge",
            "deploy", "vault");
    private static final Pattern MISSED = Pattern.compile("Command not found: ([a-z]+):([a-z-]+)");
    private static final Pattern TENANT = Pattern.compile("--tenant[\\s=]+[\"']?([a-z][a-z0-9-]{1,31})");

    private final RoleRefusals refusals;
    private final Path etc;

    /** Looks services up when it needs them, so that it hears as long as the shell runs. */
    @Activate
    public HiddenCommands(BundleContext bundle) {
        this(bundle, Path.of(System.getProperty("karaf.etc")));
    }

    HiddenCommands(BundleContext bundle, Path etc) {
        this.refusals = new RoleRefusals(bundle);
        this.etc = etc;
    }

    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        // nothing is known yet
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Object result) {
        // nothing was refused
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Exception exception) {
        Matcher missed = MISSED.matcher(String.valueOf(exception.getMessage()));
        if (missed.matches() && exists(session, missed.group(1), missed.group(2))) {
            refusals.record(
                    user().caller(tenant(line)),
                    missed.group(1) + ":" + missed.group(2),
                    roles(missed.group(1), missed.group(2)));
        }
    }

    /** What is misspelt is no refusal, and what was typed may be anything. */
    private static boolean exists(CommandSession session, String scope, String name) {
        return SCOPES.contains(scope)
                && session.get(".session") instanceof Session karaf
                && karaf.getRegistry().getCommand(scope, name) != null;
    }

    @SuppressWarnings("removal")
    private static ShellUser user() {
        Subject login = Subject.getSubject(AccessController.getContext());
        return ShellUser.of(login == null ? new Subject() : login);
    }

    /** The tenant that the command names, if it is one; otherwise the record is the platform's own. */
    private TenantId tenant(CharSequence line) {
        Matcher named = TENANT.matcher(line);
        return named.find() ? inForce(named.group(1)).orElse(PLATFORM) : PLATFORM;
    }

    private Optional<TenantId> inForce(String tenant) {
        return refusals.find(PolicyService.class).stream()
                .flatMap(policies -> policies.policies().stream())
                .map(policy -> policy.tenant())
                .filter(known -> known.value().equals(tenant))
                .findFirst();
    }

    /** The roles that the access rule of the command names; without a rule a command is the administrator's. */
    private List<Role> roles(String scope, String name) {
        Properties rules = new Properties();
        try (Reader file = Files.newBufferedReader(etc.resolve(ACL + scope + ".cfg"))) {
            rules.load(file);
        } catch (IOException e) {
            return List.of(Role.ADMIN);
        }
        String rule = rules.getProperty(name, rules.getProperty("*", "admin"));
        List<String> named = List.of(rule.trim().split("[\\s,]+"));
        return Stream.of(Role.values())
                .filter(role -> named.contains(role.name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
