package org.pledge.routes.internal;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.DataFormatResolver;
import org.apache.camel.spi.LanguageResolver;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.audit.AuditLog;
import org.pledge.lookup.Lookup;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the guarded context in the container, following routes, components and services as they come and go. */
@Component(service = CamelHost.class, immediate = true, configurationPid = "org.pledge.routes")
@Designate(ocd = CamelHost.Config.class)
public final class CamelHost {
    private static final Logger LOG = LoggerFactory.getLogger(CamelHost.class);

    private final GuardedCamel camel;
    private final Services services;
    private final List<ServiceTracker<?, ?>> trackers;
    private final BundleContext bundles;
    private final BundleListener starts;
    private final ScheduledExecutorService changes =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "pledge-routes"));

    /** Settings of the routes bundle. */
    @ObjectClassDefinition(name = "Pledge routes")
    public @interface Config {
        /** The Camel components that may carry released data out of the platform. */
        @AttributeDefinition(description = "Camel components that may carry released data out of the platform")
        String[] carriers() default {"https", "http", "sftp", "smtps", "smtp", "kafka"};

        /** The folder of route files; empty for the folder {@code deploy} of the distribution. */
        @AttributeDefinition(description = "folder of route files; empty for the distribution's deploy folder")
        String directory() default "";

        /** The folder of the partners' secrets; empty for the folder {@code keys/partners} of the data. */
        @AttributeDefinition(
                description = "folder of the partners' secrets; empty for keys/partners in the data folder")
        String secrets() default "";
    }

    /** The two resolvers are there once Camel itself is: before that a context must not start. */
    @Activate
    public CamelHost(
            BundleContext bundles,
            Config config,
            @Reference(target = "(language=simple)") LanguageResolver simple,
            @Reference(target = "(component=direct)") ComponentResolver direct,
            @Reference PartnerSecrets secrets) {
        Lookup<SharingService> sharing = new Lookup<>(bundles, SharingService.class);
        Lookup<Outbox> outbox = new Lookup<>(bundles, Outbox.class);
        Lookup<PartnerService> partners = new Lookup<>(bundles, PartnerService.class);
        Lookup<Gate> gate = new Lookup<>(bundles, Gate.class);
        Lookup<PolicyService> policies = new Lookup<>(bundles, PolicyService.class);
        Lookup<AuditLog> audit = new Lookup<>(bundles, AuditLog.class);
        Lookup<Transactions> transactions = new Lookup<>(bundles, Transactions.class);
        this.bundles = bundles;
        Map<String, Connector> connectors = new ConcurrentHashMap<>();
        this.services = new Services(
                sharing::now,
                outbox::now,
                partners::now,
                gate::now,
                policies::now,
                audit::now,
                transactions::now,
                name -> Optional.ofNullable(connectors.get(name)),
                secrets);
        this.camel = new GuardedCamel(
                new OsgiDefaultCamelContext(bundles),
                services,
                Set.copyOf(Arrays.asList(config.carriers())),
                Clock.systemUTC());
        this.trackers = List.of(
                sharing,
                outbox,
                partners,
                gate,
                policies,
                audit,
                transactions,
                new Parts<>(bundles, ComponentResolver.class, "component", camel, changes),
                new Parts<>(bundles, DataFormatResolver.class, "dataformat", camel, changes),
                new Connectors(bundles, connectors, camel, changes),
                new Builders(bundles, camel, changes));
        this.starts = event -> {
            if (event.getType() == BundleEvent.STARTED) {
                later(changes, camel::arrived);
            }
        };
        trackers.subList(0, 7).forEach(ServiceTracker::open);
        camel.start();
        trackers.subList(7, trackers.size()).forEach(ServiceTracker::open);
        bundles.addBundleListener(starts);
    }

    @Deactivate
    void stop() {
        bundles.removeBundleListener(starts);
        changes.shutdown();
        trackers.get(trackers.size() - 1).close();
        try {
            changes.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        camel.close();
        trackers.forEach(ServiceTracker::close);
    }

    GuardedCamel camel() {
        return camel;
    }

    Services services() {
        return services;
    }

    /** Services that come must not be used on the thread that brings them: it may be starting a component. */
    private static void later(ScheduledExecutorService changes, Runnable change) {
        try {
            changes.execute(() -> {
                try {
                    change.run();
                } catch (RuntimeException e) {
                    LOG.warn("Routes could not follow: {}", e.getClass().getSimpleName());
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The routes are being stopped");
        }
    }

    /** Follows the components or data formats that bundles bring. */
    private static final class Parts<T> extends ServiceTracker<T, Set<String>> {
        private final String property;
        private final GuardedCamel camel;
        private final ScheduledExecutorService changes;

        Parts(
                BundleContext bundles,
                Class<T> type,
                String property,
                GuardedCamel camel,
                ScheduledExecutorService changes) {
            super(bundles, type, null);
            this.property = property;
            this.camel = camel;
            this.changes = changes;
        }

        @Override
        public Set<String> addingService(ServiceReference<T> reference) {
            Object names = reference.getProperty(property);
            later(changes, camel::arrived);
            return names instanceof String[] several
                    ? Set.copyOf(Arrays.asList(several))
                    : Set.of(String.valueOf(names));
        }

        @Override
        public void removedService(ServiceReference<T> reference, Set<String> names) {
            camel.gone(names);
        }
    }

    /** Follows the connectors that bundles bring; their route templates come as routes do. */
    static final class Connectors extends Lookup<Connector> {
        private final Map<String, Connector> byName;
        private final GuardedCamel camel;
        private final ScheduledExecutorService changes;

        Connectors(
                BundleContext bundles,
                Map<String, Connector> byName,
                GuardedCamel camel,
                ScheduledExecutorService changes) {
            super(bundles, Connector.class);
            this.byName = byName;
            this.camel = camel;
            this.changes = changes;
        }

        @Override
        public Late<Connector> addingService(ServiceReference<Connector> reference) {
            Late<Connector> late = super.addingService(reference);
            late.use(changes, connector -> {
                byName.put(connector.name(), connector);
                if (late.gone()) {
                    forget(connector);
                } else {
                    camel.arrived();
                }
            });
            return late;
        }

        @Override
        public void removedService(ServiceReference<Connector> reference, Late<Connector> late) {
            late.leave().ifPresent(this::forget);
            super.removedService(reference, late);
        }

        private void forget(Connector connector) {
            if (byName.remove(connector.name(), connector)) {
                camel.away(Set.of(Needs.CONNECTOR + connector.name()));
            }
        }
    }

    /** Follows the routes that bundles bring. */
    static final class Builders extends Lookup<RoutesBuilder> {
        private final GuardedCamel camel;
        private final ScheduledExecutorService changes;

        Builders(BundleContext bundles, GuardedCamel camel, ScheduledExecutorService changes) {
            super(bundles, RoutesBuilder.class);
            this.camel = camel;
            this.changes = changes;
        }

        @Override
        public Late<RoutesBuilder> addingService(ServiceReference<RoutesBuilder> reference) {
            Late<RoutesBuilder> late = super.addingService(reference);
            late.use(changes, routes -> {
                try {
                    camel.put(owner(reference), () -> List.of(routes));
                } catch (RouteRefused e) {
                    // recorded by the guard; the bundle itself goes on without its routes
                    return;
                }
                if (late.gone()) {
                    camel.remove(owner(reference));
                }
            });
            return late;
        }

        @Override
        public void removedService(ServiceReference<RoutesBuilder> reference, Late<RoutesBuilder> late) {
            late.leave();
            camel.remove(owner(reference));
            super.removedService(reference, late);
        }

        private static String owner(ServiceReference<RoutesBuilder> reference) {
            return "service " + reference.getProperty("service.id");
        }
    }
}
