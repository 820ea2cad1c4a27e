package org.pledge.deploy.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;

/** Puts a veto into the framework that stays there when this bundle goes; and takes the one before it away. */
final class VetoKeeper {
    private static final String ROLE = "org.pledge.deploy";
    private static final String OLDER = "(" + ROLE + "=veto)";

    /** The second one is of the JDK: the next version of this bundle, which ends this veto, has other classes. */
    private static final String[] TYPES = {ResolverHookFactory.class.getName(), Runnable.class.getName()};

    private VetoKeeper() {}

    static void put(Veto veto, BundleContext context) throws InvalidSyntaxException {
        BundleContext framework =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        List<ServiceReference<?>> older = List.of(Objects.requireNonNullElse(
                framework.getAllServiceReferences(Runnable.class.getName(), OLDER), new ServiceReference<?>[0]));
        Dictionary<String, Object> role = new Hashtable<>();
        role.put(ROLE, "veto");
        veto.kept(framework.registerService(TYPES, veto, role));
        for (ServiceReference<?> each : older) {
            if (framework.getService(each) instanceof Runnable earlier) {
                earlier.run();
            }
        }
    }
}
