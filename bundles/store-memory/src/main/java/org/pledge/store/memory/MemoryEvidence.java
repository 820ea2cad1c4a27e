package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.spi.VaultStore;

/** Evidence against chargebacks in the maps of {@link VaultTables}. */
interface MemoryEvidence extends VaultStore {
    /** Where it is kept. */
    VaultTables tables();

    @Override
    default void addEvidence(StoredEvidence added) {
        Tables.Key<UUID> key =
                new Tables.Key<>(added.evidence().tenant(), added.evidence().id());
        Tables.check(tables().units.get(tables().evidence, key).isEmpty(), "the evidence exists");
        tables().units.put(tables().evidence, key, copy(added));
    }

    @Override
    default Optional<StoredEvidence> evidence(TenantId tenant, UUID id) {
        return tables().units
                .get(tables().evidence, new Tables.Key<>(tenant, id))
                .map(MemoryEvidence::copy);
    }

    @Override
    default List<Evidence> evidenceAgainst(TenantId tenant, UUID chargeback) {
        return evidence(tenant, stored -> stored.evidence().chargeback().equals(chargeback));
    }

    @Override
    default List<Evidence> evidenceAbout(TenantId tenant, String token) {
        return evidence(tenant, stored -> stored.token().equals(token));
    }

    @Override
    default List<Evidence> evidenceAbout(TenantId tenant, SubjectId customer) {
        return evidence(tenant, stored -> stored.customer().equals(customer));
    }

    @Override
    default List<Evidence> evidenceUntil(Instant before, int limit) {
        return tables().units
                .all(tables().evidence)
                .map(StoredEvidence::evidence)
                .filter(evidence -> evidence.until().isBefore(before))
                .sorted(Comparator.comparing(Evidence::until))
                .limit(limit)
                .toList();
    }

    @Override
    default boolean removeEvidence(TenantId tenant, UUID id) {
        return tables().units.remove(tables().evidence, new Tables.Key<>(tenant, id));
    }

    private List<Evidence> evidence(TenantId tenant, Predicate<StoredEvidence> which) {
        return tables().units
                .all(tables().evidence)
                .filter(stored -> stored.evidence().tenant().equals(tenant) && which.test(stored))
                .map(StoredEvidence::evidence)
                .sorted(Comparator.comparing(Evidence::added).thenComparing(Evidence::id, Tables.AS_BYTES))
                .toList();
    }

    private static StoredEvidence copy(StoredEvidence stored) {
        return new StoredEvidence(
                stored.evidence(),
                stored.token(),
                stored.customer(),
                stored.content().clone());
    }
}
