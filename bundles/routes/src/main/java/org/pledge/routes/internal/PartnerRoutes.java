package org.pledge.routes.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.lookup.Lookup;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one delivery route for each partner to which something may go. */
@Component(service = PartnerListener.class, immediate = true)
public final class PartnerRoutes implements PartnerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartnerRoutes.class);
    private static final int RETRY_SECONDS = 30;

    private final GuardedCamel camel;
    private final Services services;
    private final ScheduledExecutorService changes =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "pledge-partner-routes"));
    private final Map<String, String> connectors = new HashMap<>();
    private final Map<String, Standing> stopped = new HashMap<>();
    private final Optional<Lookup<PartnerService>> partners;

    /** Follows the partner service, which may come later and return. */
    @Activate
    public PartnerRoutes(BundleContext bundles, @Reference CamelHost host) {
        this.camel = host.camel();
        this.services = host.services();
        this.partners = Optional.of(new Lookup<>(bundles, PartnerService.class) {
            @Override
            public Late<PartnerService> addingService(ServiceReference<PartnerService> reference) {
                Late<PartnerService> late = super.addingService(reference);
                late.use(changes, PartnerRoutes.this::follow);
                return late;
            }
        });
        partners.get().open();
        changes.scheduleWithFixedDelay(() -> safely(camel::arrived), RETRY_SECONDS, RETRY_SECONDS, TimeUnit.SECONDS);
    }

    PartnerRoutes(GuardedCamel camel, Services services) {
        this.camel = camel;
        this.services = services;
        this.partners = Optional.empty();
    }

    @Deactivate
    void stop() {
        partners.ifPresent(ServiceTracker::close);
        changes.execute(() -> List.copyOf(connectors.keySet()).forEach(this::drop));
        changes.shutdown();
        try {
            changes.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Replaces the partner's route soon: the caller does not wait for messages on their way. */
    @Override
    public void changed(Partner partner) {
        later(() -> services.partners()
                .get()
                .ifPresentOrElse(service -> route(service, partner), () -> drop(PartnerSource.id(partner))));
    }

    /** Brings all routes in line with the partners there are. */
    void follow(PartnerService service) {
        later(() -> {
            List<Partner> all = service.all();
            Set<String> gone = new HashSet<>(connectors.keySet());
            all.forEach(partner -> gone.remove(PartnerSource.id(partner)));
            gone.forEach(this::drop);
            all.forEach(partner -> route(service, partner));
        });
    }

    private void later(Runnable change) {
        try {
            changes.execute(() -> safely(change));
        } catch (RejectedExecutionException e) {
            LOG.debug("Partner routes are being stopped");
        }
    }

    private static void safely(Runnable change) {
        try {
            change.run();
        } catch (RuntimeException e) {
            LOG.warn("Partner routes could not follow: {}", e.getClass().getSimpleName());
        }
    }

    private void route(PartnerService service, Partner partner) {
        String id = PartnerSource.id(partner);
        Standing standing = service.standing(partner);
        if (standing != Standing.ACTIVE) {
            drop(id);
            if (stopped.put(id, standing) != standing) {
                LOG.warn("No route to partner {} of {}: {}", partner.name(), partner.tenant(), why(standing));
            }
            return;
        }
        stopped.remove(id);
        if (!partner.connector().equals(connectors.getOrDefault(id, partner.connector()))) {
            drop(id);
        }
        try {
            connectors.put(id, partner.connector());
            camel.put(id, new PartnerSource(partner, services.connectors()));
        } catch (RouteRefused e) {
            drop(id);
        }
    }

    private static String why(Standing standing) {
        return switch (standing) {
            case ACTIVE -> "it has one";
            case SUSPENDED -> "it is suspended; what is queued waits until it is resumed";
            case NOT_YET_VALID -> "the first day of its agreement is yet to come";
            case EXPIRED -> "its agreement is over; register it with one that is valid";
            case ATTESTATION_MISSING ->
                "the policy wants an attestation for what was agreed; obtain it and register it";
            case ATTESTATION_EXPIRED -> "its attestation is over; obtain a new one and register it";
        };
    }

    private void drop(String id) {
        camel.remove(id);
        connectors.remove(id);
    }
}
