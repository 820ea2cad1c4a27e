package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.spi.ConfidentialityStore;
import org.pledge.database.Work;

/** Keeps who accepted which duty of confidentiality in plain SQL. */
@Component
public final class JpaConfidentialityStore implements ConfidentialityStore {
    private static final String ADD =
            """
            insert into confidentiality_acceptance (tenant, holder, digest, version, accepted, accepted_by)
            values (?, ?, ?, ?, ?, ?)
            """;
    private static final String ONE =
            "select * from confidentiality_acceptance where tenant = ? and holder = ? and digest = ?";
    private static final String ALL =
            "select * from confidentiality_acceptance where tenant = ? order by accepted desc, holder, digest limit ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaConfidentialityStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean addAcceptance(Acceptance acceptance) {
        return transactions
                .current()
                .insertIfAbsent(
                        ADD,
                        acceptance.tenant(),
                        acceptance.holder(),
                        acceptance.digest(),
                        acceptance.version(),
                        acceptance.at(),
                        acceptance.name());
    }

    /** Who finds it lets somebody in, so it must not be a commit that a power cut takes back. */
    @Override
    public Optional<Acceptance> acceptance(TenantId tenant, String holder, String digest) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        return work.queryOne(JpaConfidentialityStore::read, ONE, tenant, holder, digest);
    }

    @Override
    public List<Acceptance> acceptances(TenantId tenant, int limit) {
        return transactions.current().query(JpaConfidentialityStore::read, ALL, tenant, limit);
    }

    private static Acceptance read(ResultSet row) throws SQLException {
        return new Acceptance(
                new TenantId(row.getString("tenant")),
                row.getString("holder"),
                row.getString("digest"),
                row.getString("version"),
                Work.instant(row, "accepted"),
                row.getString("accepted_by"));
    }
}
