package org.pledge.policy.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.spi.PolicyStore;
import org.pledge.policy.spi.PolicyStore.StoredPolicy;
import org.pledge.store.Follower;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps every version of every policy in memory and in the store. */
@Component(service = {PolicyService.class, Follower.class})
public final class DefaultPolicyService implements PolicyService, Follower {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultPolicyService.class);

    private final Transactions transactions;
    private final PolicyStore store;
    private final AuditLog audit;
    private final Clock clock;
    private final AtomicReference<Versions> versions = new AtomicReference<>();

    /** Compiles every stored version. */
    @Activate
    public DefaultPolicyService(
            @Reference Transactions transactions, @Reference PolicyStore store, @Reference AuditLog audit) {
        this(transactions, store, audit, Clock.systemUTC());
    }

    /** As the other, with another clock. */
    public DefaultPolicyService(Transactions transactions, PolicyStore store, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        versions.set(stored());
    }

    /** A version that is installed here meanwhile may be left out until the next time, but is never taken back. */
    @Override
    public void follow() {
        Versions before = versions.get();
        if (transactions.required(store::count) != before.count()) {
            versions.compareAndSet(before, stored());
        }
    }

    @Override
    public List<Policy> policies() {
        return versions.get().inForce();
    }

    @Override
    public Policy current(TenantId tenant) {
        return versions.get().current(tenant).orElseThrow(() -> notFound(tenant + " has no policy in force"));
    }

    @Override
    public Optional<Policy> version(TenantId tenant, int version) {
        return versions.get().version(tenant, version).map(Policy.class::cast);
    }

    @Override
    public List<Policy> versions(TenantId tenant) {
        return versions.get().all(tenant);
    }

    @Override
    public List<Problem> check(String file, String yaml) {
        return PackCompiler.compile(file, yaml).problems();
    }

    @Override
    public Installation install(Caller by, String file, String yaml) {
        by.require(Role.OFFICER, Role.OPERATOR);
        PackCompiler.Result compiled = PackCompiler.compile(file, yaml);
        if (compiled.policy().isEmpty()) {
            return refused(by, compiled.tenant(), compiled.problems(), yaml);
        }
        try {
            return install(by, compiled.policy().get(), file, yaml);
        } catch (PledgeException e) {
            if (e.kind() != PledgeException.Kind.CONFLICT) {
                throw e;
            }
            // Another node has installed this version meanwhile: with the same text, or with another one.
            versions.set(stored());
            return install(by, compiled.policy().get(), file, yaml);
        }
    }

    @Override
    public List<Change> diff(TenantId tenant, int from, int to) {
        return PolicyDiff.between(existing(tenant, from), existing(tenant, to));
    }

    private CompiledPolicy existing(TenantId tenant, int version) {
        return versions.get()
                .version(tenant, version)
                .orElseThrow(() -> notFound(tenant + " has no policy version " + version));
    }

    private Installation install(Caller by, CompiledPolicy policy, String file, String yaml) {
        Versions now = versions.get();
        Optional<CompiledPolicy> before = now.current(policy.tenant());
        int highest = now.highest(policy.tenant());
        Optional<String> sameVersion = now.digest(policy.tenant(), policy.version());
        if (policy.version() == highest && sameVersion.equals(Optional.of(policy.digest()))) {
            return new Installation.Installed(policy, List.of());
        }
        if (policy.version() < highest || sameVersion.isPresent()) {
            String text = policy.version() < highest
                    ? "version " + highest + " is already in force."
                    : "version " + highest + " is in force with another text, and the text of a version never changes.";
            Problem problem = new Problem(
                    file,
                    policy.pack().versionLine(),
                    "version",
                    text,
                    "Write 'version: " + (highest + 1) + "' and sign the file again.");
            return refused(by, Optional.of(policy.tenant()), List.of(problem), yaml);
        }
        List<Change> changes =
                before.map(old -> PolicyDiff.between(old, policy)).orElse(List.of());
        transactions.required(() -> {
            var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
            store.add(new StoredPolicy(policy.tenant(), policy.version(), file, yaml, at));
            audit.append(new Leaf(
                    policy.tenant(),
                    at,
                    Leaf.Act.POLICY_INSTALLED,
                    by.name(),
                    Optional.empty(),
                    List.of(),
                    Map.of(
                            "version",
                            String.valueOf(policy.version()),
                            "digest",
                            policy.digest(),
                            "changes",
                            String.valueOf(changes.size()),
                            "material",
                            String.valueOf(
                                    changes.stream().filter(Change::material).count()))));
            before.filter(old -> changes.stream().anyMatch(Change::material))
                    .ifPresent(old -> openCampaign(by, policy, old.version(), changes, at));
            transactions.afterCommit(() -> versions.updateAndGet(old -> old.with(policy)));
        });
        return new Installation.Installed(policy, changes);
    }

    /** People are asked once per version; whoever accepts the new one need not answer for those before it. */
    private void openCampaign(Caller by, CompiledPolicy policy, int before, List<Change> changes, Instant at) {
        TenantId tenant = policy.tenant();
        List<Campaign> superseded =
                store.campaigns(tenant).stream().filter(Campaign::open).toList();
        superseded.forEach(old ->
                store.putCampaign(new Campaign(tenant, old.version(), old.before(), old.opened(), Optional.of(at))));
        store.putCampaign(new Campaign(tenant, policy.version(), before, at, Optional.empty()));
        audit.append(new Leaf(
                tenant,
                at,
                Leaf.Act.CAMPAIGN_OPENED,
                by.name(),
                Optional.empty(),
                policy.promises().stream()
                        .filter(promise -> promise.control().equals("policy-versions"))
                        .map(Policy.Promise::id)
                        .toList(),
                Map.of(
                        "version",
                        String.valueOf(policy.version()),
                        "before",
                        String.valueOf(before),
                        "material",
                        String.valueOf(changes.stream().filter(Change::material).count()),
                        "superseded",
                        String.valueOf(superseded.size()))));
    }

    private Installation refused(Caller by, Optional<TenantId> tenant, List<Problem> problems, String yaml) {
        transactions.required(() -> audit.append(new Leaf(
                tenant.orElse(by.tenant()),
                clock.instant(),
                Leaf.Act.POLICY_REFUSED,
                by.name(),
                Optional.empty(),
                List.of(),
                Map.of(
                        "digest",
                        PackCompiler.sha256(yaml),
                        "problems",
                        String.valueOf(problems.size()),
                        "line",
                        String.valueOf(problems.get(0).line())))));
        return new Installation.Refused(problems);
    }

    private Versions stored() {
        Versions loaded = Versions.NONE;
        for (StoredPolicy each : transactions.required(store::all)) {
            PackCompiler.Result result = PackCompiler.compile(each.file(), each.yaml());
            if (result.policy().isEmpty()) {
                LOG.error(
                        "version {} of {} no longer compiles, {} problem(s), the first on line {};"
                                + " install a corrected version, until then everything is denied",
                        each.version(),
                        each.tenant(),
                        result.problems().size(),
                        result.problems().get(0).line());
            }
            loaded = loaded.with(each.tenant(), each.version(), PackCompiler.sha256(each.yaml()), result.policy());
        }
        return loaded;
    }

    private static PledgeException notFound(String text) {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, text)
                .remedy("See policy:list for the tenants and versions that there are.");
    }

    /** An immutable state of the house: every version, those that no longer compile with their digest only. */
    private record Versions(Map<TenantId, TreeMap<Integer, Version>> byTenant, List<Policy> inForce) {
        private static final Versions NONE = new Versions(Map.of(), List.of());

        private record Version(String digest, Optional<CompiledPolicy> policy) {}

        Versions with(CompiledPolicy policy) {
            return with(policy.tenant(), policy.version(), policy.digest(), Optional.of(policy));
        }

        Versions with(TenantId tenant, int version, String digest, Optional<CompiledPolicy> policy) {
            Map<TenantId, TreeMap<Integer, Version>> copy = new TreeMap<>(byTenant);
            TreeMap<Integer, Version> own = new TreeMap<>(copy.getOrDefault(tenant, new TreeMap<>()));
            own.put(version, new Version(digest, policy));
            copy.put(tenant, own);
            List<Policy> current = new ArrayList<>();
            copy.values().forEach(each -> each.lastEntry().getValue().policy().ifPresent(current::add));
            return new Versions(copy, List.copyOf(current));
        }

        Optional<CompiledPolicy> current(TenantId tenant) {
            return Optional.ofNullable(byTenant.get(tenant))
                    .flatMap(own -> own.lastEntry().getValue().policy());
        }

        long count() {
            return byTenant.values().stream().mapToLong(TreeMap::size).sum();
        }

        int highest(TenantId tenant) {
            return Optional.ofNullable(byTenant.get(tenant))
                    .map(TreeMap::lastKey)
                    .orElse(0);
        }

        Optional<String> digest(TenantId tenant, int version) {
            return entry(tenant, version).map(Version::digest);
        }

        Optional<CompiledPolicy> version(TenantId tenant, int version) {
            return entry(tenant, version).flatMap(Version::policy);
        }

        List<Policy> all(TenantId tenant) {
            return Optional.ofNullable(byTenant.get(tenant))
                    .map(own -> own.values().stream()
                            .flatMap(each -> each.policy().stream())
                            .map(Policy.class::cast)
                            .toList())
                    .orElse(List.of());
        }

        private Optional<Version> entry(TenantId tenant, int version) {
            return Optional.ofNullable(byTenant.get(tenant)).map(own -> own.get(version));
        }
    }
}
