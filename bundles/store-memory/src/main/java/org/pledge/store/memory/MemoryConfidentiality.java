package org.pledge.store.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.spi.ConfidentialityStore;

/** Accepted duties of confidentiality in the maps of {@link Tables}. */
interface MemoryConfidentiality extends ConfidentialityStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default boolean addAcceptance(Acceptance acceptance) {
        Tables.Key<List<String>> key =
                new Tables.Key<>(acceptance.tenant(), List.of(acceptance.holder(), acceptance.digest()));
        return tables().putIfAbsent(tables().acceptances, key, acceptance);
    }

    @Override
    default Optional<Acceptance> acceptance(TenantId tenant, String holder, String digest) {
        return tables().get(tables().acceptances, new Tables.Key<>(tenant, List.of(holder, digest)));
    }

    @Override
    default List<Acceptance> acceptances(TenantId tenant, int limit) {
        return tables().all(tables().acceptances)
                .filter(each -> each.tenant().equals(tenant))
                .sorted(Comparator.comparing(Acceptance::at)
                        .reversed()
                        .thenComparing(Acceptance::holder)
                        .thenComparing(Acceptance::digest))
                .limit(limit)
                .toList();
    }
}
