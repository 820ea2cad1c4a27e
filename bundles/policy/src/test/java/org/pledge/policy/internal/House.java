package org.pledge.policy.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.store.memory.MemoryStore;

/** The service over a store in memory and the real audit log. */
final class House implements AutoCloseable {
    static final TenantId ACME = new TenantId("acme");
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final Caller OFFICER = new Caller(ACME, "officer-1", Set.of(Role.OFFICER));

    final MemoryStore store = new MemoryStore();
    final DefaultAuditLog audit = new DefaultAuditLog(store, store);
    final DefaultPolicyService policies = restarted();

    /** Another service over the same store, as after a restart. */
    DefaultPolicyService restarted() {
        return new DefaultPolicyService(store, store, audit, CLOCK);
    }

    /** The leaves of a tenant, oldest first. */
    List<Leaf> leaves() {
        List<Leaf> leaves =
                new ArrayList<>(audit.tail(ACME, 100).stream().map(Entry::leaf).toList());
        Collections.reverse(leaves);
        return leaves;
    }

    @Override
    public void close() {
        audit.deactivate();
    }
}
