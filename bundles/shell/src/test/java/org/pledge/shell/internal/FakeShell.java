package org.pledge.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;

/** A session without a terminal, and the services that a test puts there. */
final class FakeShell {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Map<Class<?>, Object> services = new HashMap<>();
    private Terminal terminal;

    /** Where everybody's roles are active. */
    FakeShell() {
        with(ConfidentialityService.class, (proxy, method, arguments) -> arguments[0]);
    }

    /** Sits at a terminal. */
    FakeShell at(Terminal own) {
        terminal = own;
        return this;
    }

    /** A platform where only this tenant has a policy in force. */
    static FakeShell withPolicyOf(String tenant) {
        Policy policy = fake(Policy.class, (proxy, method, arguments) -> new TenantId(tenant));
        return new FakeShell().with(PolicyService.class, (proxy, method, arguments) -> {
            if (!method.getName().equals("current")) {
                return List.of(policy);
            }
            if (arguments[0].equals(new TenantId(tenant))) {
                return policy;
            }
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, arguments[0] + " has no policy in force")
                    .remedy("See policy:list for the tenants and versions that there are.");
        });
    }

    <T> FakeShell with(Class<T> type, InvocationHandler answers) {
        services.put(type, fake(type, answers));
        return this;
    }

    /** Runs a command as the shell does; returns its exit code, 0 for none. */
    int run(PledgeCommand command) throws IOException {
        PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        command.session = fake(
                Session.class,
                (proxy, method, arguments) -> method.getName().equals("getTerminal") ? terminal : console);
        command.bundle = bundle();
        Object code = command.execute();
        return code == null ? 0 : (Integer) code;
    }

    void without(Class<?> type) {
        services.remove(type);
    }

    BundleContext bundle() {
        return fake(BundleContext.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getService")) {
                return services.get(((Named) Proxy.getInvocationHandler(arguments[0])).type());
            }
            return services.containsKey(arguments[0])
                    ? fake(ServiceReference.class, new Named((Class<?>) arguments[0]))
                    : null;
        });
    }

    /** A record of acts that keeps what is appended inside a transaction. */
    FakeShell recording(List<Leaf> leaves) {
        List<Boolean> inside = new ArrayList<>();
        with(AuditLog.class, (proxy, method, arguments) -> {
            if (inside.isEmpty()) {
                throw new IllegalStateException("there is no transaction");
            }
            leaves.add((Leaf) arguments[0]);
            return null;
        });
        return with(Transactions.class, (proxy, method, arguments) -> {
            inside.add(true);
            ((Runnable) arguments[0]).run();
            inside.clear();
            return null;
        });
    }

    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }

    /** A reference that knows only which service it is for. */
    private record Named(Class<?> type) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            throw new UnsupportedOperationException(method.getName());
        }
    }
}
