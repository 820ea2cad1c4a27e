package org.pledge.visitor.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.Proxy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Ruling;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.PolicyService;
import org.pledge.store.memory.MemoryLinkStore;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryUsageStore;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

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

    private Object answer(String method, Object... args) {
        return switch (method) {
            case "tenant" -> TENANT;
            case "version" -> 1;
            case "promises" -> List.copyOf(promises);
            case "trackers" -> List.copyOf(trackers);
            case "purposes" ->
                List.of(new Purpose("statistics", Policy.LegalBasis.LEGITIMATE_INTEREST, retention, "", ""));
            case "category" ->
                Optional.of((String) args[0]).filter(retention::containsKey).map(World::category);
            case "categories" ->
                retention.keySet().stream().map(World::category).toList();
            case "ruling" -> new Ruling(Need.NEVER, Map.of(), List.of("IW-1"), List.of(), "no", "");
            default -> throw new AssertionError("unexpected: " + method);
        };
    }

    private static Category category(String name) {
        return new Category(name, Policy.DataClass.PSEUDONYMOUS, Policy.DataRole.CONTROLLER, false, "", "");
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

    /** People, their keys, and the hashes of their devices. */
    final MemoryLinkStore links = new MemoryLinkStore(store);

    final Set<Sealer.Place> opened = new HashSet<>();
    final Set<SubjectId> destroyed = new HashSet<>();

    /** Seals so that a test can tell where something was sealed. */
    private final class Boxes implements Sealer {
        @Override
        public byte[] seal(Place place, byte[] plain) {
            byte[] key = key(place);
            byte[] sealed = plain.clone();
            for (int i = 0; i < sealed.length; i++) {
                sealed[i] ^= key[i % key.length];
            }
            return sealed;
        }

        private byte[] key(Place place) {
            if (destroyed.contains(place.subject())) {
                throw new PledgeException(PledgeException.Kind.NOT_FOUND, "the key is destroyed");
            }
            try {
                return MessageDigest.getInstance("SHA-256")
                        .digest(place.toString().getBytes(UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public byte[] open(Place place, byte[] sealed) {
            opened.add(place);
            return seal(place, sealed);
        }

        @Override
        public void destroyKey(TenantId tenant, SubjectId subject) {
            destroyed.add(subject);
        }
    }

    private static final class Hashes implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            try {
                MessageDigest hash = MessageDigest.getInstance("SHA-256");
                hash.update((tenant + use).getBytes(UTF_8));
                return hash.digest(value);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            throw new AssertionError("unexpected");
        }
    }

    SubjectId person() {
        SubjectId id = SubjectId.random();
        store.required(() -> {
            store.addAccount(new StoredAccount(TENANT, id, "user", Policy.Holder.INDIVIDUAL, "US", 1));
            store.addPerson(new StoredPerson(TENANT, id, id, Set.of(), 0));
        });
        return id;
    }

    DefaultLinkService linking() {
        return new DefaultLinkService(
                store,
                links,
                store,
                new Boxes(),
                new Hashes(),
                policies(),
                new Log(),
                () -> List.of((tenant, person) -> List.copyOf(held)),
                () -> {},
                clock);
    }

    LinkedPeople linkedPeople() {
        return new LinkedPeople(links, new Boxes(), store, clock);
    }

    Sealer sealer() {
        return new Boxes();
    }

    /** What legal holds keep. */
    final List<Kept> held = new ArrayList<>();

    DaySealing sealing() {
        return new DaySealing(store, usage, new Log(), policies(), clock, 10);
    }

    Stream<Leaf> leaves(Leaf.Act act) {
        return leaves.stream().filter(leaf -> leaf.act() == act);
    }
}
