package org.pledge.access.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.crypto.LookupTokens;
import org.pledge.store.memory.MemoryStore;

/** What the bundle under test stands on. */
final class House {
    final MemoryStore store = new MemoryStore();
    final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00.123456Z"));
    final Clock clock = new SetClock(now);
    final LookupTokens tokens = new PlainTokens();
    final AuditLog audit = new CommittedLeaves(store, leaves);

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
