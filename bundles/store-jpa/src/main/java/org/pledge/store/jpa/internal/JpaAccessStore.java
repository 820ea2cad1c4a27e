package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.access.spi.AccessStore;
import org.pledge.database.Work;

/** Keeps credentials and the keys of repeatable requests. */
@Component
public final class JpaAccessStore implements AccessStore {
    private static final String ALL = "select c from CredentialEntity c order by c.key.tenant, c.key.name";
    private static final String REMOVE = "delete from CredentialEntity c where c.key.tenant = ?1 and c.key.name = ?2";
    private static final String DONE =
            "select request_digest, resource from repeatable_request where tenant = ? and key_hash = ?";
    private static final String PUT_DONE =
            """
            insert into repeatable_request (tenant, key_hash, request_digest, resource, done)
            values (?, ?, ?, ?, ?)
            """;

    private static final String COUNT_DONE = "select count(*) from repeatable_request where tenant = ? and done <= ?";
    private static final String FORGET_DONE =
            """
            delete from repeatable_request where tenant = ? and key_hash in (
                select key_hash from repeatable_request where tenant = ? and done <= ? order by done limit ?)
            """;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaAccessStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void put(StoredCredential credential) {
        transactions.current().put(CredentialEntity.from(credential));
    }

    @Override
    public boolean remove(TenantId tenant, String name) {
        return transactions.current().change(REMOVE, tenant.value(), name) == 1;
    }

    @Override
    public List<StoredCredential> credentials() {
        return transactions.current().list(CredentialEntity.class, ALL).stream()
                .map(CredentialEntity::toValue)
                .toList();
    }

    @Override
    public Optional<Done> done(TenantId tenant, byte[] keyHash) {
        Work work = transactions.current();
        Optional<Done> done = work.queryOne(row -> new Done(row.getBytes(1), row.getString(2)), DONE, tenant, keyHash);
        if (done.isPresent()) {
            work.readsWhatMustBeDurable();
        }
        return done;
    }

    @Override
    public void putDone(TenantId tenant, byte[] keyHash, Done done, Instant at) {
        boolean put = transactions
                .current()
                .insertIfAbsent(PUT_DONE, tenant, keyHash, done.requestDigest(), done.resource(), at);
        if (!put) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the idempotency key was used meanwhile")
                    .remedy("Send the request again to get the result of the first one.");
        }
    }

    @Override
    public long countDone(TenantId tenant, Instant before) {
        return transactions
                .current()
                .queryOne(row -> row.getLong(1), COUNT_DONE, tenant, before)
                .orElse(0L);
    }

    @Override
    public int forgetDone(TenantId tenant, Instant before, int limit) {
        return transactions.current().update(FORGET_DONE, tenant, tenant, before, limit);
    }
}
