package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.rights.spi.StatementStore;

/** Keeps signed statements, in plain SQL. */
@Component
public final class JpaStatementStore implements StatementStore {
    private static final String PUT =
            "insert into signed_statement (tenant, kind, id, jws, created) values (?, ?, ?, ?, ?)";
    private static final String ONE = "select jws from signed_statement where tenant = ? and kind = ? and id = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaStatementStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean putStatement(TenantId tenant, Kind kind, UUID id, String jws, Instant created) {
        return transactions.current().insertIfAbsent(PUT, tenant, kind, id, jws, created);
    }

    @Override
    public Optional<String> statement(TenantId tenant, Kind kind, UUID id) {
        return transactions.current().queryOne(row -> row.getString(1), ONE, tenant, kind, id);
    }
}
