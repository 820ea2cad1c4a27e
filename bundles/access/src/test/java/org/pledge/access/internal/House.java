package org.pledge.access.internal;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Duty;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.PolicyService;
import org.pledge.store.memory.MemoryStore;

/** What the bundle under test stands on. */
final class House {
    final MemoryStore store = new MemoryStore();
    final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00.123456Z"));
    final Clock clock = new SetClock(now);
    final LookupTokens tokens = new PlainTokens();
    final AuditLog audit = new CommittedLeaves(store, leaves);
    final HeldKeys sealer = new HeldKeys();

    /** The promises in force, by tenant. */
    final Map<TenantId, List<Promise>> promises = new ConcurrentHashMap<>();

    Optional<Duty> duty = Optional.of(new Duty("1", "5d".repeat(32), "Keep it to yourself."));

    DefaultConfidentialityService confidentiality() {
        return new DefaultConfidentialityService(store, store, audit, policies(), duty, clock);
    }

    private PolicyService policies() {
        return answering(PolicyService.class, Map.of("policies", () -> promises.keySet().stream()
                .map(tenant ->
                        answering(Policy.class, Map.of("tenant", () -> tenant, "promises", () -> promises.get(tenant))))
                .toList()));
    }

    private static <T> T answering(Class<T> type, Map<String, Supplier<?>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName()).get()));
    }

    private static final class SetClock extends Clock {
        private final AtomicReference<Instant> now;

        private SetClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now.get(), zone);
        }
    }

    private static final class PlainTokens implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return hash("tenant " + tenant + " " + use + " ", value);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            return hash("platform " + use + " ", value);
        }

        private static byte[] hash(String under, byte[] value) {
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                sha256.update(under.getBytes(StandardCharsets.UTF_8));
                return sha256.digest(value);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Keys that are there until they are destroyed, and a seal that only turns the bytes over. */
    static final class HeldKeys implements Sealer {
        final Set<SubjectId> keys = ConcurrentHashMap.newKeySet();

        @Override
        public byte[] seal(Place place, byte[] plain) {
            keys.add(place.subject());
            return turned(plain);
        }

        @Override
        public byte[] open(Place place, byte[] sealedBytes) {
            if (!keys.contains(place.subject())) {
                throw new PledgeException(PledgeException.Kind.NOT_FOUND, "the key is destroyed");
            }
            return turned(sealedBytes);
        }

        @Override
        public void destroyKey(TenantId tenant, SubjectId subject) {
            keys.remove(subject);
        }

        private static byte[] turned(byte[] bytes) {
            byte[] turned = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                turned[i] = (byte) ~bytes[i];
            }
            return turned;
        }
    }

    private record CommittedLeaves(MemoryStore store, List<Leaf> leaves) implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            store.afterCommit(() -> leaves.add(leaf));
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }
}
