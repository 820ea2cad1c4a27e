package org.pledge.store.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.policy.spi.PolicyStore;

/** Policies in the maps of {@link Tables}. */
interface MemoryPolicies extends PolicyStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default List<StoredPolicy> all() {
        return tables().all(tables().policies)
                .sorted(Comparator.comparing(StoredPolicy::tenant).thenComparing(StoredPolicy::version))
                .toList();
    }

    @Override
    default long count() {
        return tables().all(tables().policies).count();
    }

    @Override
    default void add(StoredPolicy policy) {
        Tables.Key<Integer> key = new Tables.Key<>(policy.tenant(), policy.version());
        if (tables().get(tables().policies, key).isPresent()) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "this policy version exists");
        }
        tables().put(tables().policies, key, policy);
    }

    @Override
    default void putCampaign(Campaign campaign) {
        tables().put(tables().campaigns, new Tables.Key<>(campaign.tenant(), campaign.version()), campaign);
    }

    @Override
    default List<Campaign> campaigns(TenantId tenant) {
        return tables().all(tables().campaigns)
                .filter(campaign -> campaign.tenant().equals(tenant))
                .sorted(Comparator.comparing(Campaign::version).reversed())
                .toList();
    }

    @Override
    default Optional<Campaign> lockCampaign(TenantId tenant, int version) {
        return tables().get(tables().campaigns, new Tables.Key<>(tenant, version));
    }
}
