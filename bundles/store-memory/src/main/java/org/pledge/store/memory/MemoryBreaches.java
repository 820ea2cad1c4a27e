package org.pledge.store.memory;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.spi.BreachStore;

/** Breaches in the maps of {@link Tables}. */
interface MemoryBreaches extends BreachStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void putBreach(Breach breach) {
        tables().put(tables().breaches, new Tables.Key<>(breach.tenant(), breach.id()), breach);
    }

    @Override
    default Optional<Breach> breach(TenantId tenant, UUID id) {
        return tables().get(tables().breaches, new Tables.Key<>(tenant, id));
    }

    @Override
    default Optional<Breach> lockBreach(TenantId tenant, UUID id) {
        return breach(tenant, id);
    }

    @Override
    default List<Breach> breaches(TenantId tenant, boolean ended, int limit) {
        return tables().all(tables().breaches)
                .filter(one ->
                        one.tenant().equals(tenant) && (ended || !one.state().ended()))
                .sorted(Comparator.comparing(Breach::notifyBy).thenComparing(Breach::id, Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    @Override
    default List<SubjectId> affected(
            TenantId tenant,
            String partner,
            Set<String> categories,
            Instant until,
            Optional<SubjectId> after,
            int limit) {
        return MemorySharing.disclosures(
                        tables(),
                        tenant,
                        one -> one.partner().equals(partner)
                                && one.attempts() > 0
                                && one.created().isBefore(until)
                                && !Collections.disjoint(one.fields(), categories))
                .map(one -> one.disclosure().subject())
                .filter(person -> after.isEmpty() || person.compareTo(after.get()) > 0)
                .distinct()
                .sorted()
                .limit(limit)
                .toList();
    }

    @Override
    default boolean addTold(TenantId tenant, UUID breach, SubjectId person) {
        return tables().putIfAbsent(tables().told, new Tables.Key<>(tenant, List.of(breach, person)), true);
    }

    @Override
    default void removeTold(TenantId tenant, UUID breach, SubjectId person) {
        tables().remove(tables().told, new Tables.Key<>(tenant, List.of(breach, person)));
    }
}
