package org.pledge.store.jpa.internal;

import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.policy.spi.PolicyStore;

/** Keeps policy versions; in plain SQL, as JPA cannot insert only what is absent. */
@Component
public final class JpaPolicyStore implements PolicyStore {
    private static final String ALL = "select * from policy_version";
    private static final String ADD =
            "insert into policy_version (tenant, version, file, yaml, installed) values (?, ?, ?, ?, ?)";

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
}
