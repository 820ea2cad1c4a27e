package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.spi.StatusCallbackStore;

/** Keeps who is told of the status of requests in plain SQL. */
@Component
public final class JpaStatusCallbackStore implements StatusCallbackStore {
    private static final String ADD =
            """
            insert into status_callback (tenant, request, protocol, party, partner, told, attempts, due)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update status_callback set told = ?, attempts = ?, due = ?
            where tenant = ? and request = ? and partner = ?
            """;
    private static final String REMOVE = "delete from status_callback where tenant = ? and request = ? and partner = ?";
    private static final String DUE =
            """
            select * from status_callback where tenant = ? and due <= ?
            order by tenant, due, request, partner limit ? for update skip locked
            """;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaStatusCallbackStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void addCallback(StatusCallback callback) {
        transactions
                .current()
                .insertIfAbsent(
                        ADD,
                        callback.tenant(),
                        callback.request(),
                        callback.protocol(),
                        callback.party(),
                        callback.partner(),
                        callback.told(),
                        callback.attempts(),
                        callback.due());
    }

    @Override
    public void putCallback(StatusCallback callback) {
        transactions
                .current()
                .update(
                        REPLACE,
                        callback.told(),
                        callback.attempts(),
                        callback.due(),
                        callback.tenant(),
                        callback.request(),
                        callback.partner());
    }

    @Override
    public void removeCallback(StatusCallback callback) {
        transactions.current().update(REMOVE, callback.tenant(), callback.request(), callback.partner());
    }

    @Override
    public List<StatusCallback> lockDueCallbacks(TenantId tenant, Instant now, int limit) {
        return transactions.current().query(JpaStatusCallbackStore::callback, DUE, tenant, now, limit);
    }

    private static StatusCallback callback(ResultSet row) throws SQLException {
        return new StatusCallback(
                new TenantId(row.getString("tenant")),
                row.getObject("request", UUID.class),
                row.getString("protocol"),
                row.getString("party"),
                row.getString("partner"),
                row.getString("told"),
                row.getInt("attempts"),
                Work.instant(row, "due"));
    }
}
