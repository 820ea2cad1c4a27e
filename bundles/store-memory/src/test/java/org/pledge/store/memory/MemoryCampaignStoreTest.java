package org.pledge.store.memory;

import org.pledge.campaign.spi.CampaignStore;
import org.pledge.contract.CampaignStoreContract;

final class MemoryCampaignStoreTest extends CampaignStoreContract {
    private final MemoryStore store = new MemoryStore();
    private final MemoryCampaignStore campaigns = new MemoryCampaignStore(store);

    @Override
    protected Stores stores() {
        return new Stores(store, store, store, store, store, store, store, store);
    }

    @Override
    protected CampaignStore campaigns() {
        return campaigns;
    }
}
