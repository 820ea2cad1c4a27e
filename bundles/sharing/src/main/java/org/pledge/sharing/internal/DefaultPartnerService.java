package org.pledge.sharing.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers partners, keeps the table in memory in step, and tells listeners. */
@Component
public final class DefaultPartnerService implements PartnerService {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultPartnerService.class);

    private final Transactions transactions;
    private final SharingStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final PartnerTable table;
    private final Clock clock;
    private final Supplier<List<PartnerListener>> listeners;
    private final Runnable end;
    private final ReentrantLock telling = new ReentrantLock();

    /** In the container: listeners are found as services. */
    @Activate
    public DefaultPartnerService(
            BundleContext context,
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference PartnerTable table) {
        this(transactions, store, audit, policies, table, Clock.systemUTC(), track(context));
    }

    private DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            ServiceTracker<PartnerListener, PartnerListener> tracker) {
        this(
                transactions,
                store,
                audit,
                policies,
                table,
                clock,
                () -> List.copyOf(tracker.getTracked().values()),
                tracker::close);
    }

    DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            Supplier<List<PartnerListener>> listeners) {
        this(transactions, store, audit, policies, table, clock, listeners, () -> {});
    }

    private DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            Supplier<List<PartnerListener>> listeners,
            Runnable end) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.table = table;
        this.clock = clock;
        this.listeners = listeners;
        this.end = end;
    }

    private static ServiceTracker<PartnerListener, PartnerListener> track(BundleContext context) {
        ServiceTracker<PartnerListener, PartnerListener> tracker =
                new ServiceTracker<>(context, PartnerListener.class, null);
        tracker.open();
        return tracker;
    }

    /** Ends the search for listeners. */
    @Deactivate
    public void close() {
        end.run();
    }

    @Override
    public Partner put(Caller caller, Partner partner, OptionalLong expectedVersion) {
        caller.require(Role.INTEGRATOR);
        if (!caller.tenant().equals(partner.tenant())) {
            throw new PledgeException(PledgeException.Kind.DENIED, "the partner belongs to another tenant")
                    .remedy("Use a credential of that tenant.");
        }
        PartnerRules.check(partner, policies.current(partner.tenant()));
        return transactions.required(() -> {
            Optional<Partner> present = store.lockPartner(partner.tenant(), partner.name());
            long version = present.map(Partner::version).orElse(0L);
            if (expectedVersion.isPresent() && expectedVersion.getAsLong() != version) {
                throw new PledgeException(PledgeException.Kind.STALE, "the partner has changed since you read it")
                        .remedy("Read it again and repeat the change.");
            }
            // Replacing a partner never resumes it: that takes a suspend(..., false).
            boolean suspended =
                    partner.suspended() || present.map(Partner::suspended).orElse(false);
            if (present.isPresent() && present.get().equals(copy(partner, suspended, version))) {
                return present.get();
            }
            return save(caller, copy(partner, suspended, version + 1), present.isPresent() ? "replaced" : "registered");
        });
    }

    @Override
    public Partner suspend(Caller caller, String name, boolean suspended) {
        caller.require(Role.INTEGRATOR, Role.OFFICER);
        return transactions.required(() -> {
            Partner present = store.lockPartner(caller.tenant(), name).orElseThrow(() -> new PledgeException(
                            PledgeException.Kind.NOT_FOUND, "this tenant has no partner of that name")
                    .remedy("Use the name of one of its partners."));
            if (present.suspended() == suspended) {
                return present;
            }
            return save(caller, copy(present, suspended, present.version() + 1), suspended ? "suspended" : "resumed");
        });
    }

    private Partner save(Caller caller, Partner partner, String change) {
        store.putPartner(partner);
        audit.append(new Leaf(
                partner.tenant(),
                clock.instant(),
                Leaf.Act.PARTNER_CHANGED,
                caller.name(),
                Optional.empty(),
                List.of(),
                Map.of(
                        "partner", partner.name(),
                        "recipient", partner.recipient(),
                        "change", change,
                        "version", Long.toString(partner.version()),
                        "fields",
                                String.join(
                                        ",", new TreeSet<>(partner.agreement().fields())),
                        "purposes",
                                String.join(
                                        ",", new TreeSet<>(partner.agreement().purposes())),
                        "until", partner.agreement().until().toString())));
        transactions.afterCommit(() -> {
            table.put(partner);
            tell(partner);
        });
        return partner;
    }

    /** Tells one change at a time, and the newest state of it, so that no listener ends with an old one. */
    private void tell(Partner partner) {
        telling.lock();
        try {
            Partner newest = table.find(partner.tenant(), partner.name()).orElse(partner);
            for (PartnerListener listener : listeners.get()) {
                try {
                    listener.changed(newest);
                } catch (RuntimeException e) {
                    LOG.error(
                            "A listener failed with {} on a change of partner {} of {}; the change stands.",
                            e.getClass().getName(),
                            partner.name(),
                            partner.tenant());
                }
            }
        } finally {
            telling.unlock();
        }
    }

    private static Partner copy(Partner partner, boolean suspended, long version) {
        return new Partner(
                partner.tenant(),
                partner.name(),
                partner.recipient(),
                partner.agreement(),
                partner.endpoint(),
                suspended,
                version);
    }

    @Override
    public Optional<Partner> find(TenantId tenant, String name) {
        return table.find(tenant, name);
    }

    @Override
    public List<Partner> list(TenantId tenant) {
        return table.all().stream()
                .filter(partner -> partner.tenant().equals(tenant))
                .toList();
    }

    @Override
    public List<Partner> all() {
        return table.all();
    }
}
