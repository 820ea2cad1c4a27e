package org.pledge.store.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.spi.RetentionStore;

/** Holds and certificates in maps, within the transactions of a {@link MemoryStore}. */
public final class MemoryRetentionStore implements RetentionStore {
    private record Swept(TenantId tenant, String category, String answeredBy) {}

    private final Tables tables;
    private final Map<Tables.Key<UUID>, Hold> holds = new HashMap<>();
    private final Map<Swept, Sweep> sweeps = new HashMap<>();

    /** Joins {@code store}. */
    public MemoryRetentionStore(MemoryStore store) {
        this.tables = store.tables();
    }

    @Override
    public void lockRetention(TenantId tenant) {
        tables.unit();
    }

    @Override
    public void shareRetention(TenantId tenant) {
        tables.unit();
    }

    @Override
    public void putHold(Hold hold) {
        tables.put(holds, new Tables.Key<>(hold.tenant(), hold.id()), hold);
    }

    @Override
    public Optional<Hold> hold(TenantId tenant, UUID id) {
        return tables.get(holds, new Tables.Key<>(tenant, id));
    }

    @Override
    public List<Hold> holds(TenantId tenant) {
        return tables.all(holds)
                .filter(hold -> hold.tenant().equals(tenant))
                .sorted(Comparator.comparing(Hold::placed).reversed().thenComparing(Hold::id, Tables.AS_BYTES))
                .toList();
    }

    @Override
    public void putCertificate(Certificate certificate) {
        tables.put(tables.certificates, new Tables.Key<>(certificate.tenant(), certificate.id()), certificate);
    }

    @Override
    public List<Certificate> certificates(TenantId tenant, int limit) {
        return tables.all(tables.certificates)
                .filter(certificate -> certificate.tenant().equals(tenant))
                .sorted(Comparator.comparing(Certificate::at)
                        .reversed()
                        .thenComparing(Certificate::id, Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    @Override
    public void putSweep(TenantId tenant, Sweep sweep) {
        tables.put(sweeps, new Swept(tenant, sweep.category(), sweep.answeredBy()), sweep);
    }

    @Override
    public List<Sweep> sweeps(TenantId tenant) {
        tables.unit();
        return sweeps.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparing(Sweep::category).thenComparing(Sweep::answeredBy))
                .toList();
    }
}
