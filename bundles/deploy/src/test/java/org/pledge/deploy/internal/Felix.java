package org.pledge.deploy.internal;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** A real framework with the veto in it. */
final class Felix {
    final Bench bench;
    final RevisionDigests digests;
    final Veto veto;
    private final Framework framework;

    Felix(Bench bench, String... trustedLocations) throws BundleException {
        this.bench = bench;
        Path storage = bench.root.resolve("cache");
        framework = new FrameworkFactory()
                .newFramework(Map.of("org.osgi.framework.storage", storage.toString(), "felix.log.level", "0"));
        framework.start();
        digests = new RevisionDigests(storage);
        veto = new Veto(bench.trust, digests, bench.records, List.of(trustedLocations));
    }

    Felix guarded() {
        context().registerService(ResolverHookFactory.class, veto, null);
        return this;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle install(String location, byte[] jar) throws BundleException {
        return context().installBundle(location, new ByteArrayInputStream(jar));
    }

    boolean resolves(Bundle... bundles) {
        return framework.adapt(FrameworkWiring.class).resolveBundles(Arrays.asList(bundles));
    }

    Optional<Bundle> bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(10_000);
    }
}
