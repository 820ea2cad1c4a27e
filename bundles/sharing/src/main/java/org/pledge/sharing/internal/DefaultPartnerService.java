package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Follower;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers partners, keeps the table in memory in step, and tells listeners, also when the day or the policy in force
 * changes a partner's standing.
 */
@Component(service = {PartnerService.class, Follower.class})
public final class DefaultPartnerService implements PartnerService, Follower {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultPartnerService.class);
    private static final Duration RECHECK = Duration.ofSeconds(30);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    private final Transactions transactions;
    private final SharingStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final PartnerTable table;
    private final Clock clock;
    private final Standings standings;
    private final Supplier<List<PartnerListener>> listeners;
    private final Supplier<List<Connector>> connectors;
    private final Supplier<List<PartnerSecrets>> secrets;
    private final Runnable end;
    private final ReentrantLock telling = new ReentrantLock();
    private final Map<String, Standing> told = new HashMap<>();

    /** In the container: listeners, connectors and secrets are found as services, and come and go. */
    @Activate
    public DefaultPartnerService(
            BundleContext context,
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference PartnerTable table) {
        this(
                transactions,
                store,
                audit,
                policies,
                table,
                Clock.systemUTC(),
                Lookup.opened(context, PartnerListener.class),
                Lookup.opened(context, Connector.class),
                Lookup.opened(context, PartnerSecrets.class),
                Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "pledge-partner-standing");
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    private DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            Lookup<PartnerListener> listeners,
            Lookup<Connector> connectors,
            Lookup<PartnerSecrets> secrets,
            ScheduledExecutorService checks) {
        this(transactions, store, audit, policies, table, clock, listeners, connectors, secrets, () -> {
            checks.shutdown();
            listeners.close();
            connectors.close();
            secrets.close();
        });
        checks.scheduleWithFixedDelay(this::recheck, RECHECK.toSeconds(), RECHECK.toSeconds(), TimeUnit.SECONDS);
    }

    DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            Supplier<List<PartnerListener>> listeners,
            Supplier<List<Connector>> connectors,
            Supplier<List<PartnerSecrets>> secrets) {
        this(transactions, store, audit, policies, table, clock, listeners, connectors, secrets, () -> {});
    }

    private DefaultPartnerService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable table,
            Clock clock,
            Supplier<List<PartnerListener>> listeners,
            Supplier<List<Connector>> connectors,
            Supplier<List<PartnerSecrets>> secrets,
            Runnable end) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.table = table;
        this.clock = clock;
        this.standings = new Standings(policies, clock);
        this.listeners = listeners;
        this.connectors = connectors;
        this.secrets = secrets;
        this.end = end;
        table.all().forEach(partner -> told.put(key(partner), standings.of(partner)));
    }

    /** Ends the search for listeners and connectors, and the checks. */
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
        Policy policy = policies.current(partner.tenant());
        PartnerRules.check(partner, policy, connectors.get());
        PartnerRules.prohibition(partner, policy).ifPresent(refusal -> {
            recordRefusal(caller, partner, refusal);
            throw refusal;
        });
        PartnerRules.checkPurposes(partner, policy);
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

    /** Where the refusal is part of a larger transaction, that one is undone next. */
    private void recordRefusal(Caller caller, Partner partner, PledgeException refusal) {
        Leaf leaf = new Leaf(
                partner.tenant(),
                clock.instant(),
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.empty(),
                refusal.promises(),
                Map.of("partner", partner.name(), "rule", "PROHIBITED_PURPOSE"));
        transactions.required(() -> {
            transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
            audit.append(leaf);
        });
    }

    @Override
    public Partner suspend(Caller caller, String name, boolean suspended) {
        caller.require(Role.INTEGRATOR, Role.OFFICER);
        return transactions.required(() -> {
            Partner present = store.lockPartner(caller.tenant(), name).orElseThrow(DefaultPartnerService::notFound);
            if (present.suspended() == suspended) {
                return present;
            }
            return save(caller, copy(present, suspended, present.version() + 1), suspended ? "suspended" : "resumed");
        });
    }

    private Partner save(Caller caller, Partner partner, String change) {
        store.putPartner(partner);
        Partner.Agreement agreement = partner.agreement();
        Map<String, String> details = new HashMap<>(Map.of(
                "partner", partner.name(),
                "recipient", partner.recipient(),
                "connector", partner.connector(),
                "change", change,
                "version", Long.toString(partner.version()),
                "until", agreement.until().toString()));
        details.putAll(ListedDetails.of("fields", agreement.fields().stream()));
        details.putAll(ListedDetails.of("purposes", agreement.purposes().stream()));
        audit.append(new Leaf(
                partner.tenant(),
                clock.instant(),
                Leaf.Act.PARTNER_CHANGED,
                caller.name(),
                Optional.empty(),
                List.of(),
                details));
        transactions.afterCommit(() -> {
            table.put(partner);
            tell(partner);
        });
        return partner;
    }

    @Override
    public void follow() {
        transactions.required(store::partners).stream()
                .filter(stored -> table.find(stored.tenant(), stored.name())
                        .filter(known -> known.version() >= stored.version())
                        .isEmpty())
                .forEach(stored -> {
                    table.put(stored);
                    tell(stored);
                });
    }

    /** Tells one change at a time, and the newest state of it, so that no listener ends with an old one. */
    private void tell(Partner partner) {
        telling.lock();
        try {
            Partner newest = table.find(partner.tenant(), partner.name()).orElse(partner);
            told.put(key(newest), standings.of(newest));
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

    /** Tells of every partner whose standing is no longer what was told last. */
    void recheck() {
        for (Partner partner : table.all()) {
            try {
                if (hasChanged(partner)) {
                    Standing standing = standings.of(partner);
                    LOG.info("Partner {} of {} is now {}.", partner.name(), partner.tenant(), standing);
                    tell(partner);
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "The standing of partner {} of {} cannot be told ({}); trying again soon.",
                        partner.name(),
                        partner.tenant(),
                        e.getClass().getName());
            }
        }
    }

    private boolean hasChanged(Partner partner) {
        telling.lock();
        try {
            return standings.of(partner) != told.get(key(partner));
        } finally {
            telling.unlock();
        }
    }

    private static String key(Partner partner) {
        return partner.tenant() + "/" + partner.name();
    }

    private static Partner copy(Partner partner, boolean suspended, long version) {
        return new Partner(
                partner.tenant(),
                partner.name(),
                partner.recipient(),
                partner.agreement(),
                partner.connector(),
                partner.endpoint(),
                partner.settings(),
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

    @Override
    public Standing standing(Partner partner) {
        return standings.of(partner);
    }

    @Override
    public Set<String> connectors() {
        return PartnerRules.names(connectors.get());
    }

    @Override
    public Map<String, Backlog> backlog(TenantId tenant) {
        return transactions.required(() -> store.backlog(tenant));
    }

    @Override
    public List<Check> test(Caller caller, String name) {
        caller.require(Role.INTEGRATOR, Role.OPERATOR);
        Partner partner = table.find(caller.tenant(), name).orElseThrow(DefaultPartnerService::notFound);
        List<Check> checks =
                new PartnerTrial(partner, standings, connectors.get(), secrets.get(), CONNECT_WITHIN).run();
        String failed = checks.stream()
                .filter(check -> !check.passed())
                .map(Check::what)
                .collect(Collectors.joining(","));
        transactions.required(() -> audit.append(new Leaf(
                partner.tenant(),
                clock.instant(),
                Leaf.Act.PARTNER_TESTED,
                caller.name(),
                Optional.empty(),
                List.of(),
                Map.of(
                        "partner", partner.name(),
                        "connector", partner.connector(),
                        "version", Long.toString(partner.version()),
                        "failed", failed.isEmpty() ? "none" : failed))));
        return checks;
    }

    private static PledgeException notFound() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no partner of that name")
                .remedy("Use the name of one of its partners.");
    }
}
