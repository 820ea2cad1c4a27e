package org.pledge.deploy.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bundles of the framework, and what is done with them. */
record Bundles(BundleContext context) {
    /** The latest of that name. */
    Optional<Bundle> named(String symbolicName) {
        return all().filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .max((a, b) -> a.getVersion().compareTo(b.getVersion()));
    }

    Stream<Bundle> all() {
        return Arrays.stream(context.getBundles());
    }

    void begin(Bundle bundle) throws BundleException {
        boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
        if (!fragment && (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) == 0) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }

    void resolve(Bundle bundle) throws BundleException {
        if (!wiring().resolveBundles(List.of(bundle))) {
            throw new BundleException("what it imports or requires is not there: " + missing(bundle));
        }
    }

    /** What the framework says is missing, by starting a bundle that does not resolve. */
    private static String missing(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "";
        } catch (BundleException e) {
            return cause(e);
        }
    }

    void refresh(Bundle bundle) {
        if (wiring().getRemovalPendingBundles().contains(bundle)) {
            wiring().refreshBundles(List.of(bundle));
        }
    }

    private FrameworkWiring wiring() {
        return context.getBundle(0).adapt(FrameworkWiring.class);
    }

    static String cause(BundleException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
}
