package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private static final String REMOVE_EPOCH_KEY = "delete from epoch_key where epoch = ?";
    private static final String EPOCHS = "select epoch from epoch_key order by epoch";
    private static final String KEYS_BY_EPOCH = "select epoch, count(*) from subject_key group by epoch";
    private static final String OUTSIDE = "select tenant, subject, epoch, wrapped from subject_key where epoch <> ?";
    private static final String IN_ORDER = " order by tenant, subject limit ?";
    private static final String REWRAP =
            """
            update subject_key set epoch = ?, wrapped = ?
            where tenant = ? and subject = ? and epoch = ? and wrapped = ?
            """;

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

    /** In two steps, each along the primary key. */
    @Override
    public List<SubjectKey> subjectKeysOutside(String epoch, Optional<SubjectKey> after, int limit) {
        if (after.isEmpty()) {
            return transactions.current().query(JpaWrappedKeyStore::subjectKey, OUTSIDE + IN_ORDER, epoch, limit);
        }
        TenantId tenant = after.get().tenant();
        List<SubjectKey> found = new ArrayList<>(transactions
                .current()
                .query(
                        JpaWrappedKeyStore::subjectKey,
                        OUTSIDE + " and tenant = ? and subject > ?" + IN_ORDER,
                        epoch,
                        tenant,
                        after.get().subject(),
                        limit));
        if (found.size() < limit) {
            found.addAll(transactions
                    .current()
                    .query(
                            JpaWrappedKeyStore::subjectKey,
                            OUTSIDE + " and tenant > ?" + IN_ORDER,
                            epoch,
                            tenant,
                            limit - found.size()));
        }
        return found;
    }

    private static SubjectKey subjectKey(ResultSet row) throws SQLException {
        return new SubjectKey(
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                new WrappedKey(row.getString("epoch"), row.getBytes("wrapped")));
    }

    /** What a power cut takes back is still wrapped under a key that is there: removing that one is durable. */
    @Override
    public int rewrap(List<Rewrapped> keys) {
        List<Object[]> rows = keys.stream()
                .map(each -> new Object[] {
                    each.after().epoch(),
                    each.after().wrapped(),
                    each.before().tenant(),
                    each.before().subject(),
                    each.before().key().epoch(),
                    each.before().key().wrapped()
                })
                .toList();
        return rows.isEmpty()
                ? 0
                : IntStream.of(transactions.current().updateAllDerived(REWRAP, rows))
                        .sum();
    }

    @Override
    public Map<String, Long> subjectKeysByEpoch() {
        return transactions.current().query(row -> Map.entry(row.getString(1), row.getLong(2)), KEYS_BY_EPOCH).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public List<String> epochsWithKeys() {
        return transactions.current().query(row -> row.getString(1), EPOCHS);
    }

    @Override
    public void removeEpochKey(String epoch) {
        transactions.current().update(REMOVE_EPOCH_KEY, epoch);
    }
}
