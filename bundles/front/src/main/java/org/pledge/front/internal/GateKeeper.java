package org.pledge.front.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.server.HttpConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Puts a gate into the server that stays there, shut, when this bundle goes; and takes the one before it away. */
@Component(service = GateKeeper.class)
public final class GateKeeper {
    private static final String ROLE = "org.pledge.front";
    private static final String OLDER = "(" + ROLE + "=gate)";

    /** The second one is of the JDK: the next version of this bundle, which ends this gate, has other classes. */
    private static final String[] TYPES = {HttpConfiguration.Customizer.class.getName(), Runnable.class.getName()};

    private final Gate gate = new Gate();

    /** Registers the gate as the framework's, so that it outlives this bundle. */
    @Activate
    public GateKeeper(BundleContext context) throws InvalidSyntaxException {
        BundleContext framework =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        List<ServiceReference<?>> older = List.of(Objects.requireNonNullElse(
                framework.getAllServiceReferences(Runnable.class.getName(), OLDER), new ServiceReference<?>[0]));
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

    /** Pax Web keeps only one customizer of each ranking. */
    private static int ranking(List<ServiceReference<?>> older) {
        return older.stream()
                        .map(each -> each.getProperty(Constants.SERVICE_RANKING))
                        .mapToInt(ranking -> (Integer) ranking)
                        .max()
                        .orElse(0)
                + 1;
    }

    Gate gate() {
        return gate;
    }

    @Deactivate
    public void stop() {
        gate.shut();
    }
}
