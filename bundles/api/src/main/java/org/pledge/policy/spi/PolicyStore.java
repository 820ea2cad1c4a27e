package org.pledge.policy.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Campaign;

/** Keeps every policy version's text, and which opened a campaign. Every method joins the current transaction. */
public interface PolicyStore {
    /** A version as it was installed. */
    record StoredPolicy(TenantId tenant, int version, String file, String yaml, Instant installed) {}

    /** Every version of every tenant, by tenant and ascending version. */
    List<StoredPolicy> all();

    /** How many versions there are; none is ever removed. */
    long count();

    /**
     * Adds a version.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when it exists
     */
    void add(StoredPolicy policy);

    /** Keeps a campaign, replacing the one of the same version. */
    void putCampaign(Campaign campaign);

    /** The campaigns of a tenant, newest version first. */
    List<Campaign> campaigns(TenantId tenant);

    /** The campaign of a version, locked until the transaction ends. */
    Optional<Campaign> lockCampaign(TenantId tenant, int version);
}
