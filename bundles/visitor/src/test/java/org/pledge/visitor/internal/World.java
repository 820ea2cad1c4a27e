package org.pledge.visitor.internal;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Ruling;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.PolicyService;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryUsageStore;

/** A store in memory, policies made for the test, and a clock that is set. */
final class World {
    static final TenantId TENANT = new TenantId("iwebtrack");
    static final Caller INTEGRATOR = new Caller(TENANT, "site-server", Set.of(Role.INTEGRATOR));
    static final Caller VIEWER = new Caller(TENANT, "desk", Set.of(Role.VIEWER));

    final MemoryStore store = new MemoryStore();
    final MemoryUsageStore usage = new MemoryUsageStore(store);
    final List<Leaf> leaves = new ArrayList<>();
    final Map<String, String> retention =
            new LinkedHashMap<>(Map.of("visitor-statistics", "P1Y", "domain-name", "P1D", "browser", "P90D"));
    final List<Promise> promises = new ArrayList<>(List.of(
            promise("IW-6", "aggregate-view", Map.of()),
            promise("IW-7", "visitor-ingest", Map.of()),
            promise("IW-16", "published-contact", Map.of())));
    final List<Tracker> trackers = new ArrayList<>();
    Instant now = Instant.parse("2026-11-22T10:30:00Z");

    static Promise promise(String id, String control, Map<String, String> parameters) {
        return new Promise(id, "", "", Policy.Status.ENFORCED, control, parameters, "");
    }

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private Object answer(String method, Object... args) {
        return switch (method) {
            case "tenant" -> TENANT;
            case "version" -> 1;
            case "promises" -> List.copyOf(promises);
            case "trackers" -> List.copyOf(trackers);
            case "purposes" ->
                List.of(new Purpose("statistics", Policy.LegalBasis.LEGITIMATE_INTEREST, retention, "", ""));
            case "category" ->
                Optional.of((String) args[0])
                        .filter(retention::containsKey)
                        .map(name -> new Category(
                                name, Policy.DataClass.PSEUDONYMOUS, Policy.DataRole.CONTROLLER, false, "", ""));
            case "ruling" -> new Ruling(Need.NEVER, Map.of(), List.of("IW-1"), List.of(), "no", "");
            default -> throw new AssertionError("unexpected: " + method);
        };
    }

    Policy policy() {
        return (Policy) Proxy.newProxyInstance(
                Policy.class.getClassLoader(), new Class<?>[] {Policy.class}, (self, method, args) -> {
                    return answer(method.getName(), args);
                });
    }

    private PolicyService policies() {
        Policy policy = policy();
        return (PolicyService) Proxy.newProxyInstance(
                PolicyService.class.getClassLoader(),
                new Class<?>[] {PolicyService.class},
                (self, method, args) -> switch (method.getName()) {
                    case "current" -> policy;
                    case "policies" -> List.of(policy);
                    default -> throw new AssertionError("unexpected: " + method);
                });
    }

    private final class Log implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            usage.open(LocalDate.EPOCH, 1); // fails outside a transaction
            leaves.add(leaf);
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new AssertionError("unexpected");
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new AssertionError("unexpected");
        }
    }

    DefaultUsageService service() {
        return new DefaultUsageService(store, usage, new Log(), policies(), clock, 10);
    }

    DefaultCookieService cookies() {
        return new DefaultCookieService(store, new Log(), policies(), clock);
    }

    DaySealing sealing() {
        return new DaySealing(store, usage, new Log(), policies(), clock, 10);
    }

    Stream<Leaf> leaves(Leaf.Act act) {
        return leaves.stream().filter(leaf -> leaf.act() == act);
    }
}
