package org.pledge.retention.internal;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.PolicyService;
import org.pledge.retention.spi.Expiring;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.retention.spi.Unremovable;
import org.pledge.store.memory.MemoryRetentionStore;
import org.pledge.store.memory.MemoryStore;

/** A store in memory, a policy made for the test, somebody with rows that leave, and a clock that is set. */
final class World {
    static final TenantId TENANT = new TenantId("anonymizer");
    static final Caller OPERATOR = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    static final Caller OLGA = new Caller(TENANT, "olga-key", "olga", Set.of(Role.OFFICER));
    static final Caller PJOTR = new Caller(TENANT, "pjotr-key", "pjotr", Set.of(Role.OFFICER));
    static final Duration INTERVAL = Duration.ofMinutes(10);

    final MemoryStore store = new MemoryStore();
    final MemoryRetentionStore retention = new MemoryRetentionStore(store);
    final List<Leaf> leaves = new ArrayList<>();
    final List<Expiring> answering = new ArrayList<>();
    /** What each purpose keeps, and until when. */
    final Map<String, Map<String, String>> purposes =
            new LinkedHashMap<>(Map.of("service-operation", Map.of("traffic-log", "P2D")));

    /** Tenants with the same policy; they are swept first. */
    List<TenantId> others = List.of();

    Instant now = Instant.parse("2026-11-22T12:00:00Z");

    final Clock clock = new Clock() {
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

    /** A row of nobody's or of a person. */
    record Row(Instant written, Optional<SubjectId> subject) {}

    /** Somebody who keeps rows of one category. */
    final class Rows implements Expiring {
        private final String name;
        private final String category;
        final Map<Integer, Row> rows = new HashMap<>();
        Optional<String> otherwise = Optional.empty();
        Map<String, String> records = Map.of();
        boolean looking;
        Optional<TenantId> failingFor = Optional.empty();
        boolean failing;
        Optional<SubjectId> bad = Optional.empty();

        Rows(String name, String category) {
            this.name = name;
            this.category = category;
            answering.add(this);
        }

        Rows with(Instant... written) {
            for (Instant one : written) {
                rows.put(rows.size(), new Row(one, Optional.empty()));
            }
            return this;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean answersFor(Policy policy, Purpose purpose, String asked) {
            return asked.equals(category);
        }

        @Override
        public Map<String, String> records() {
            return records;
        }

        @Override
        public boolean looksAtHolds(String asked) {
            return looking;
        }

        @Override
        public Optional<String> periodOtherwise(Policy policy, String asked) {
            return otherwise;
        }

        private List<Integer> old(Due due) {
            retention.sweeps(due.tenant()); // fails outside a transaction
            return rows.entrySet().stream()
                    .filter(row -> !row.getValue().written().isAfter(due.before()))
                    .filter(row -> row.getValue()
                            .subject()
                            .filter(due.held()::contains)
                            .isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        @Override
        public long count(Due due) {
            return old(due).size();
        }

        @Override
        public int remove(Due due, int limit) {
            if (failing || failingFor.filter(due.tenant()::equals).isPresent()) {
                throw new IllegalStateException("a disk is gone");
            }
            List<Integer> some = old(due).stream().limit(limit).toList();
            some.forEach(row -> {
                if (bad.isPresent() && rows.get(row).subject().equals(bad)) {
                    throw new Unremovable(bad.get(), new IllegalArgumentException("a torn row"));
                }
            });
            some.forEach(rows::remove);
            return some.size();
        }
    }

    private Object answer(TenantId tenant, String method, Object... args) {
        return switch (method) {
            case "tenant" -> tenant;
            case "version" -> 4;
            case "promises" ->
                List.of(
                        promise("AN-4", "retention-sweep", Map.of("category", "traffic-log", "period", "P2D")),
                        promise("AN-10", "message-gate", Map.of()),
                        promise("AN-11", "retention-sweep", Map.of("category", "street")));
            case "purposes" ->
                purposes.entrySet().stream()
                        .map(entry -> new Purpose(entry.getKey(), Policy.LegalBasis.CONTRACT, entry.getValue(), "", ""))
                        .toList();
            case "categories" -> categories();
            case "category" ->
                categories().stream()
                        .filter(category -> category.name().equals(args[0]))
                        .findFirst();
            default -> throw new AssertionError("unexpected: " + method);
        };
    }

    private List<Category> categories() {
        Set<String> names = new TreeSet<>();
        purposes.values().forEach(data -> names.addAll(data.keySet()));
        return names.stream()
                .map(name -> new Category(name, Policy.DataClass.ANONYMOUS, Policy.DataRole.CONTROLLER, false, "", ""))
                .toList();
    }

    private static Promise promise(String id, String control, Map<String, String> parameters) {
        return new Promise(id, "", "", Policy.Status.ENFORCED, control, parameters, "");
    }

    Policy policy() {
        return policy(TENANT);
    }

    private Policy policy(TenantId tenant) {
        return (Policy) Proxy.newProxyInstance(
                Policy.class.getClassLoader(),
                new Class<?>[] {Policy.class},
                (self, method, args) -> answer(tenant, method.getName(), args));
    }

    private PolicyService policies() {
        return (PolicyService) Proxy.newProxyInstance(
                PolicyService.class.getClassLoader(),
                new Class<?>[] {PolicyService.class},
                (self, method, args) -> switch (method.getName()) {
                    case "current" -> policy();
                    case "policies" ->
                        Stream.concat(others.stream(), Stream.of(TENANT))
                                .map(this::policy)
                                .toList();
                    default -> throw new AssertionError("unexpected: " + method);
                });
    }

    private final class Log implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            retention.sweeps(TENANT); // fails outside a transaction
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

    DefaultRetentionService service() {
        return new DefaultRetentionService(
                store, retention, new Log(), policies(), () -> answering, clock, INTERVAL, 2, () -> {});
    }

    DefaultHoldService holds() {
        return holds(retention);
    }

    DefaultHoldService holds(RetentionStore from) {
        return new DefaultHoldService(store, from, new Log(), policies(), store, clock);
    }

    Stream<Leaf> leaves(Leaf.Act act) {
        return leaves.stream().filter(leaf -> leaf.act() == act);
    }
}
