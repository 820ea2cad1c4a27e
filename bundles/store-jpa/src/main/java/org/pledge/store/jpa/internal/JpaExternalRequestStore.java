package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.spi.ExternalRequestStore;

/** Keeps messages of other systems in plain SQL. */
@Component
public final class JpaExternalRequestStore implements ExternalRequestStore {
    private static final String ADD =
            """
            insert into external_request (tenant, token, protocol, party, digest, request, reference, received)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String ONE = "select * from external_request where tenant = ? and token = ?";
    private static final String OF_REQUEST = "select * from external_request where tenant = ? and request = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaExternalRequestStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean putExternal(ExternalRequest external) {
        return transactions
                .current()
                .insertIfAbsent(
                        ADD,
                        external.tenant(),
                        external.token(),
                        external.protocol(),
                        external.party(),
                        external.digest(),
                        external.request(),
                        external.reference(),
                        external.received());
    }

    @Override
    public Optional<ExternalRequest> external(TenantId tenant, byte[] token) {
        return durable(ONE, tenant, token);
    }

    @Override
    public Optional<ExternalRequest> externalOf(TenantId tenant, UUID request) {
        return durable(OF_REQUEST, tenant, request);
    }

    /** Somebody is told of what was found. */
    private Optional<ExternalRequest> durable(String query, Object... parameters) {
        Work work = transactions.current();
        Optional<ExternalRequest> found = work.queryOne(JpaExternalRequestStore::external, query, parameters);
        if (found.isPresent()) {
            work.readsWhatMustBeDurable();
        }
        return found;
    }

    private static ExternalRequest external(ResultSet row) throws SQLException {
        return new ExternalRequest(
                new TenantId(row.getString("tenant")),
                row.getBytes("token"),
                row.getString("protocol"),
                row.getString("party"),
                row.getBytes("digest"),
                Optional.ofNullable(row.getObject("request", UUID.class)),
                Optional.ofNullable(row.getObject("reference", UUID.class)),
                Work.instant(row, "received"));
    }
}
