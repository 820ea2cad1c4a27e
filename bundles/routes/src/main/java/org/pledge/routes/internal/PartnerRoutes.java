package org.pledge.routes.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.PartnerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one delivery route for each partner that is not suspended. */
@Component(service = PartnerListener.class, immediate = true)
public final class PartnerRoutes implements PartnerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartnerRoutes.class);

    private final GuardedCamel camel;
    private final ExecutorService changes =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "pledge-partner-routes"));
    private final Set<String> known = new HashSet<>();
    private final Optional<ServiceTracker<PartnerService, PartnerService>> partners;

    /** Follows the partner service, which may come later and return. */
    @Activate
    public PartnerRoutes(BundleContext bundles, @Reference CamelHost host) {
        this.camel = host.camel();
        this.partners = Optional.of(new ServiceTracker<>(bundles, PartnerService.class, null) {
            @Override
            public PartnerService addingService(ServiceReference<PartnerService> reference) {
                PartnerService service = super.addingService(reference);
                if (service != null) {
                    follow(service);
                }
                return service;
            }
        });
        partners.get().open();
    }

    PartnerRoutes(GuardedCamel camel) {
        this.camel = camel;
        this.partners = Optional.empty();
    }

    @Deactivate
    void stop() {
        partners.ifPresent(ServiceTracker::close);
        changes.execute(() -> List.copyOf(known).forEach(this::drop));
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
        later(() -> route(partner));
    }

    /** Brings all routes in line with the partners there are. */
    void follow(PartnerService service) {
        later(() -> {
            List<Partner> all = service.all();
            Set<String> gone = new HashSet<>(known);
            all.forEach(partner -> gone.remove(DeliveryRoute.id(partner)));
            gone.forEach(this::drop);
            all.forEach(this::route);
        });
    }

    private void later(Runnable change) {
        try {
            changes.execute(() -> {
                try {
                    change.run();
                } catch (RuntimeException e) {
                    LOG.warn("Partner routes could not follow: {}", e.getClass().getSimpleName());
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Partner routes are being stopped");
        }
    }

    private void route(Partner partner) {
        String id = DeliveryRoute.id(partner);
        if (partner.suspended()) {
            drop(id);
            return;
        }
        try {
            new DeliveryRoute(partner);
            camel.put(id, () -> List.of(new DeliveryRoute(partner)));
            known.add(id);
        } catch (PledgeException e) {
            drop(id);
            LOG.warn("No route to partner {} of {}: {}", partner.name(), partner.tenant(), e.getMessage());
        } catch (RouteRefused e) {
            drop(id);
        }
    }

    private void drop(String id) {
        camel.remove(id);
        known.remove(id);
    }
}
