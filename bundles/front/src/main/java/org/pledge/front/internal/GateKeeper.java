package org.pledge.front.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.server.HttpConfiguration;
import org.ops4j.pax.web.service.spi.model.events.ServerEvent;
import org.ops4j.pax.web.service.spi.model.events.ServerListener;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Puts a gate into the server that stays there, shut, when this bundle goes; and takes the one before it away. The gate
 * is there before the server listens: Pax Web tells this listener while it configures the server, and takes no gate
 * earlier. That is why this is an activator and no component, which would wait for its runtime.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.pledge.front.internal.GateKeeper\"",
        effective = "active")
public final class GateKeeper implements BundleActivator, ServerListener {
    private static final String ROLE = "org.pledge.front";
    private static final String OLDER = "(" + ROLE + "=gate)";

    /** The second one is of the JDK: the next version of this bundle, which ends this gate, has other classes. */
    private static final String[] TYPES = {HttpConfiguration.Customizer.class.getName(), Runnable.class.getName()};

    private final Gate gate = new Gate();
    private BundleContext framework;
    private boolean placed;

    @Override
    public void start(BundleContext context) {
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        context.registerService(ServerListener.class, this, null);
        context.registerService(GateKeeper.class, this, null);
    }

    @Override
    public void stateChanged(ServerEvent event) {
        if (event.getState() == ServerEvent.State.CONFIGURED) {
            place();
        }
    }

    /** Registers the gate as the framework's, so that it outlives this bundle. */
    private synchronized void place() {
        if (placed) {
            return;
        }
        placed = true;
        List<ServiceReference<?>> older = older();
        Dictionary<String, Object> role = new Hashtable<>();
        role.put(ROLE, "gate");
        role.put(Constants.SERVICE_RANKING, ranking(older));
        gate.kept(framework.registerService(TYPES, gate, role));
        for (ServiceReference<?> each : older) {
            if (framework.getService(each) instanceof Runnable earlier) {
                earlier.run();
            }
        }
    }

    private List<ServiceReference<?>> older() {
        try {
            return List.of(Objects.requireNonNullElse(
                    framework.getAllServiceReferences(Runnable.class.getName(), OLDER), new ServiceReference<?>[0]));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Pax Web keeps only one customizer of each ranking. */
    private static int ranking(List<ServiceReference<?>> older) {
        return older.stream()
                        .map(each -> each.getProperty(Constants.SERVICE_RANKING))
                        .mapToInt(ranking -> (Integer) ranking)
                        .max()
                        .orElse(0)
                + 1;
    }

    /** The gate, in the server that runs. */
    Gate gate() {
        place();
        return gate;
    }

    @Override
    public void stop(BundleContext context) {
        gate.shut();
    }
}
