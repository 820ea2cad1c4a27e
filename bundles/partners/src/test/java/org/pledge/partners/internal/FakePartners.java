package org.pledge.partners.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;

/** Partners in a map, of tenants with a policy and connectors that a test sets. */
final class FakePartners implements PartnerService {
    final Set<String> tenants = ConcurrentHashMap.newKeySet();
    final Set<String> connectors = ConcurrentHashMap.newKeySet();
    final Set<String> recipients = ConcurrentHashMap.newKeySet();
    final AtomicReference<String> inForce = new AtomicReference<>("the first version");
    final AtomicInteger refusals = new AtomicInteger();
    final List<String> changes = new CopyOnWriteArrayList<>();
    private final Map<String, Partner> partners = new TreeMap<>();

    FakePartners() {
        tenants.add("korax");
        connectors.add("rest");
        recipients.add(PartnerText.read("x", PartnerTextTest.TEXT)
                .partner()
                .orElseThrow()
                .recipient());
    }

    /** Policies of which nobody asks more than their tenant and their digest. */
    PolicyService policies() {
        return answering(PolicyService.class, Map.of("policies", () -> tenants.stream()
                .map(tenant ->
                        answering(Policy.class, Map.of("tenant", () -> new TenantId(tenant), "digest", inForce::get)))
                .toList()));
    }

    private static <T> T answering(Class<T> type, Map<String, Supplier<?>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName()).get()));
    }

    @Override
    public synchronized Partner put(Caller caller, Partner partner, OptionalLong expectedVersion) {
        caller.require(Role.INTEGRATOR);
        if (!tenants.contains(partner.tenant().value())) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, partner.tenant() + " has no policy in force")
                    .remedy("See policy:list for the tenants and versions that there are.");
        }
        if (!connectors.contains(partner.connector())) {
            throw new PledgeException(PledgeException.Kind.INVALID, "connector is not one of those that are installed")
                    .remedy("Use one of: rest.");
        }
        if (!recipients.contains(partner.recipient())) {
            refusals.incrementAndGet();
            throw new PledgeException(PledgeException.Kind.INVALID, "recipient is not one of the policy's recipients")
                    .remedy("Use one of: nobody.");
        }
        if (partner.settings().containsKey("password")) {
            throw new PledgeException(PledgeException.Kind.INVALID, "settings.password would hold a secret")
                    .remedy("Name its file.");
        }
        Optional<Partner> present = find(partner.tenant(), partner.name());
        Partner next = version(
                partner,
                present.map(Partner::suspended).orElse(false),
                present.map(Partner::version).orElse(0L));
        if (present.filter(next::equals).isPresent()) {
            return next;
        }
        return keep(version(next, next.suspended(), next.version() + 1), "put");
    }

    private Partner keep(Partner partner, String change) {
        partners.put(partner.tenant() + "/" + partner.name(), partner);
        changes.add(change + " " + partner.name());
        return partner;
    }

    private static Partner version(Partner partner, boolean suspended, long version) {
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
    public synchronized Optional<Partner> find(TenantId tenant, String name) {
        return Optional.ofNullable(partners.get(tenant + "/" + name));
    }

    @Override
    public List<Partner> list(TenantId tenant) {
        return all();
    }

    @Override
    public synchronized List<Partner> all() {
        return new ArrayList<>(partners.values());
    }

    @Override
    public synchronized Partner suspend(Caller caller, String name, boolean suspended) {
        caller.require(Role.INTEGRATOR, Role.OFFICER);
        Partner present = find(caller.tenant(), name).orElseThrow();
        return keep(version(present, suspended, present.version() + 1), suspended ? "suspend" : "resume");
    }

    @Override
    public Standing standing(Partner partner) {
        return partner.suspended() ? Standing.SUSPENDED : Standing.ACTIVE;
    }

    @Override
    public Set<String> connectors() {
        return Set.copyOf(connectors);
    }

    @Override
    public Map<String, Backlog> backlog(TenantId tenant) {
        return Map.of();
    }

    @Override
    public List<Check> test(Caller caller, String name) {
        return List.of();
    }
}
