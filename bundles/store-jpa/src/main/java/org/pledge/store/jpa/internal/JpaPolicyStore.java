package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.database.Work;
import org.pledge.policy.spi.PolicyStore;

/** Keeps policy versions; in plain SQL, as JPA cannot insert only what is absent. */
@Component
public final class JpaPolicyStore implements PolicyStore {
    private static final String ALL = "select * from policy_version";
    private static final String ADD =
            "insert into policy_version (tenant, version, file, yaml, installed) values (?, ?, ?, ?, ?)";

    private static final String ADD_CAMPAIGN =
            "insert into policy_campaign (before, opened, closed, tenant, version) values (?, ?, ?, ?, ?)";
    private static final String REPLACE_CAMPAIGN =
            "update policy_campaign set before = ?, opened = ?, closed = ? where tenant = ? and version = ?";
    private static final String CAMPAIGNS =
            "select * from policy_campaign where tenant = ? order by tenant desc, version desc";
    private static final String LOCKED_CAMPAIGN =
            "select * from policy_campaign where tenant = ? and version = ? for update";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaPolicyStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<StoredPolicy> all() {
        return transactions
                .current()
                .query(
                        row -> new StoredPolicy(
                                new TenantId(row.getString("tenant")),
                                row.getInt("version"),
                                row.getString("file"),
                                row.getString("yaml"),
                                Work.instant(row, "installed")),
                        ALL)
                .stream()
                .sorted(Comparator.comparing(StoredPolicy::tenant).thenComparing(StoredPolicy::version))
                .toList();
    }

    @Override
    public long count() {
        return transactions
                .current()
                .queryOne(row -> row.getLong(1), "select count(*) from policy_version")
                .orElseThrow();
    }

    @Override
    public void add(StoredPolicy policy) {
        boolean added = transactions
                .current()
                .insertIfAbsent(
                        ADD, policy.tenant(), policy.version(), policy.file(), policy.yaml(), policy.installed());
        if (!added) {
            throw new PledgeException(
                            PledgeException.Kind.CONFLICT,
                            "version " + policy.version() + " of the policy of " + policy.tenant() + " exists")
                    .remedy("Install the policy again; it then gets the next version.");
        }
    }

    @Override
    public void putCampaign(Campaign campaign) {
        Object[] columns = {
            campaign.before(), campaign.opened(), campaign.closed(), campaign.tenant(), campaign.version()
        };
        Work work = transactions.current();
        if (work.update(REPLACE_CAMPAIGN, columns) == 0) {
            work.update(ADD_CAMPAIGN, columns);
        }
    }

    @Override
    public List<Campaign> campaigns(TenantId tenant) {
        return transactions.current().query(JpaPolicyStore::campaign, CAMPAIGNS, tenant);
    }

    @Override
    public Optional<Campaign> lockCampaign(TenantId tenant, int version) {
        return transactions.current().queryOne(JpaPolicyStore::campaign, LOCKED_CAMPAIGN, tenant, version);
    }

    private static Campaign campaign(ResultSet row) throws SQLException {
        return new Campaign(
                new TenantId(row.getString("tenant")),
                row.getInt("version"),
                row.getInt("before"),
                Work.instant(row, "opened"),
                Work.optionalInstant(row, "closed"));
    }
}
