package org.pledge.store.jpa.internal;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.spi.WrappedKeyStore;

/** Keeps wrapped keys; in plain SQL, as JPA cannot insert only what is absent. */
@Component
public final class JpaWrappedKeyStore implements WrappedKeyStore {
    private static final String SUBJECT_KEY = "select epoch, wrapped from subject_key where tenant = ? and subject = ?";
    private static final String PUT_SUBJECT_KEY =
            "insert into subject_key (tenant, subject, epoch, wrapped) values (?, ?, ?, ?)";
    private static final String REMOVE_SUBJECT_KEY = "delete from subject_key where tenant = ? and subject = ?";
    private static final String EPOCH_KEY = "select wrapped from epoch_key where epoch = ?";
    private static final String PUT_EPOCH_KEY = "insert into epoch_key (epoch, wrapped) values (?, ?)";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaWrappedKeyStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<WrappedKey> subjectKey(TenantId tenant, SubjectId subject) {
        return transactions
                .current()
                .queryOne(row -> new WrappedKey(row.getString(1), row.getBytes(2)), SUBJECT_KEY, tenant, subject);
    }

    @Override
    public boolean putSubjectKey(TenantId tenant, SubjectId subject, WrappedKey key) {
        return transactions.current().insertIfAbsent(PUT_SUBJECT_KEY, tenant, subject, key.epoch(), key.wrapped());
    }

    @Override
    public void removeSubjectKey(TenantId tenant, SubjectId subject) {
        transactions.current().update(REMOVE_SUBJECT_KEY, tenant, subject);
    }

    @Override
    public Optional<byte[]> epochKey(String epoch) {
        return transactions.current().queryOne(row -> row.getBytes(1), EPOCH_KEY, epoch);
    }

    @Override
    public boolean putEpochKey(String epoch, byte[] wrapped) {
        return transactions.current().insertIfAbsent(PUT_EPOCH_KEY, epoch, wrapped);
    }
}
