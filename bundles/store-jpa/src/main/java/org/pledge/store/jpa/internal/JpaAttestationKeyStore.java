package org.pledge.store.jpa.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.spi.AttestationKeyStore;
import org.pledge.database.Work;

/** Keeps the keys that sign statements, in plain SQL. */
@Component
public final class JpaAttestationKeyStore implements AttestationKeyStore {
    private static final String ADD =
            "insert into attestation_key (tenant, kid, public_key, wrapped, created) values (?, ?, ?, ?, ?)";
    private static final String OF_TENANT =
            "select * from attestation_key where tenant = ? order by created desc, kid desc";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaAttestationKeyStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void addAttestationKey(StoredKey key) {
        transactions.current().update(ADD, key.tenant(), key.kid(), key.publicKey(), key.wrapped(), key.created());
    }

    @Override
    public List<StoredKey> attestationKeys(TenantId tenant) {
        return transactions
                .current()
                .query(
                        row -> new StoredKey(
                                new TenantId(row.getString("tenant")),
                                row.getString("kid"),
                                row.getBytes("public_key"),
                                row.getBytes("wrapped"),
                                Work.instant(row, "created")),
                        OF_TENANT,
                        tenant);
    }
}
