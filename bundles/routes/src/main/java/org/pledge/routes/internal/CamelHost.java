package org.pledge.routes.internal;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
import org.pledge.sharing.Outbox;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;

/** Runs the guarded context in the container, following routes, components and services as they come and go. */
@Component(service = CamelHost.class, immediate = true, configurationPid = "org.pledge.routes")
@Designate(ocd = CamelHost.Config.class)
public final class CamelHost {
    private final GuardedCamel camel;
    private final Services services;
    private final List<ServiceTracker<?, ?>> trackers;
    private final BundleContext bundles;
    private final BundleListener starts;

    /** Settings of the routes bundle. */
    @ObjectClassDefinition(name = "Pledge routes")
    public @interface Config {
        /** The Camel components that may carry released data out of the platform. */
        @AttributeDefinition(description = "Camel components that may carry released data out of the platform")
        String[] carriers() default {"https", "http"};

        /** The folder of route files; empty for the folder {@code deploy} of the distribution. */
        @AttributeDefinition(description = "folder of route files; empty for the distribution's deploy folder")
        String directory() default "";
    }

    /** The two resolvers are there once Camel itself is: before that a context must not start. */
    @Activate
    public CamelHost(
            BundleContext bundles,
            Config config,
            @Reference(target = "(language=simple)") LanguageResolver simple,
            @Reference(target = "(component=direct)") ComponentResolver direct) {
        ServiceTracker<SharingService, SharingService> sharing =
                new ServiceTracker<>(bundles, SharingService.class, null);
        ServiceTracker<Outbox, Outbox> outbox = new ServiceTracker<>(bundles, Outbox.class, null);
        ServiceTracker<PartnerService, PartnerService> partners =
                new ServiceTracker<>(bundles, PartnerService.class, null);
        ServiceTracker<AuditLog, AuditLog> audit = new ServiceTracker<>(bundles, AuditLog.class, null);
        ServiceTracker<Transactions, Transactions> transactions =
                new ServiceTracker<>(bundles, Transactions.class, null);
        this.bundles = bundles;
        this.services = new Services(now(sharing), now(outbox), now(partners), now(audit), now(transactions));
        this.camel = new GuardedCamel(
                new OsgiDefaultCamelContext(bundles),
                services,
                Set.copyOf(Arrays.asList(config.carriers())),
                Clock.systemUTC());
        this.trackers = List.of(
                sharing,
                outbox,
                partners,
                audit,
                transactions,
                new Parts<>(bundles, ComponentResolver.class, "component", camel),
                new Parts<>(bundles, DataFormatResolver.class, "dataformat", camel),
                new Builders(bundles, camel));
        this.starts = event -> {
            if (event.getType() == BundleEvent.STARTED) {
                camel.arrived();
            }
        };
        trackers.subList(0, 5).forEach(ServiceTracker::open);
        camel.start();
        trackers.subList(5, trackers.size()).forEach(ServiceTracker::open);
        bundles.addBundleListener(starts);
    }

    @Deactivate
    void stop() {
        bundles.removeBundleListener(starts);
        trackers.get(trackers.size() - 1).close();
        camel.close();
        trackers.forEach(ServiceTracker::close);
    }

    GuardedCamel camel() {
        return camel;
    }

    Services services() {
        return services;
    }

    private static <T> Supplier<Optional<T>> now(ServiceTracker<T, T> tracker) {
        return () -> Optional.ofNullable(tracker.getService());
    }

    /** Follows the components or data formats that bundles bring. */
    private static final class Parts<T> extends ServiceTracker<T, Set<String>> {
        private final String property;
        private final GuardedCamel camel;

        Parts(BundleContext bundles, Class<T> type, String property, GuardedCamel camel) {
            super(bundles, type, null);
            this.property = property;
            this.camel = camel;
        }

        @Override
        public Set<String> addingService(ServiceReference<T> reference) {
            Object names = reference.getProperty(property);
            camel.arrived();
            return names instanceof String[] several
                    ? Set.copyOf(Arrays.asList(several))
                    : Set.of(String.valueOf(names));
        }

        @Override
        public void removedService(ServiceReference<T> reference, Set<String> names) {
            camel.gone(names);
        }
    }

    /** Follows the routes that bundles bring. */
    private static final class Builders extends ServiceTracker<RoutesBuilder, RoutesBuilder> {
        private final GuardedCamel camel;

        Builders(BundleContext bundles, GuardedCamel camel) {
            super(bundles, RoutesBuilder.class, null);
            this.camel = camel;
        }

        @Override
        public RoutesBuilder addingService(ServiceReference<RoutesBuilder> reference) {
            RoutesBuilder routes = super.addingService(reference);
            if (routes != null) {
                try {
                    camel.put(owner(reference), () -> List.of(routes));
                } catch (RouteRefused e) {
                    // recorded by the guard; the bundle itself goes on without its routes
                    return routes;
                }
            }
            return routes;
        }

        @Override
        public void removedService(ServiceReference<RoutesBuilder> reference, RoutesBuilder routes) {
            camel.remove(owner(reference));
            super.removedService(reference, routes);
        }

        private static String owner(ServiceReference<RoutesBuilder> reference) {
            return "service " + reference.getProperty("service.id");
        }
    }
}
