package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Dialect;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.policy.Policy.Ground;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.spi.RetentionStore;

/** Keeps holds and certificates in plain SQL. */
@Component
public final class JpaRetentionStore implements RetentionStore {
    private static final String ADD_LOCK = "insert into retention_lock (tenant) values (?)";
    private static final String LOCK = "select tenant from retention_lock where tenant = ? for update";
    private static final String SHARE = "select tenant from retention_lock where tenant = ? for share";
    private static final String ADD_HOLD =
            """
            insert into retention_hold (category, subject, ground, reference, placed, expires, approvals, releases,
                released, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_HOLD =
            """
            update retention_hold set category = ?, subject = ?, ground = ?, reference = ?, placed = ?, expires = ?,
                approvals = ?, releases = ?, released = ?
            where tenant = ? and id = ?
            """;
    private static final String HOLD = "select * from retention_hold where tenant = ? and id = ?";
    private static final String HOLDS = "select * from retention_hold where tenant = ? order by placed desc, id";
    private static final String ADD_CERTIFICATE =
            """
            insert into retention_certificate (category, answered_by, swept, before, policy_version, removed, held,
                tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_CERTIFICATE =
            """
            update retention_certificate set category = ?, answered_by = ?, swept = ?, before = ?, policy_version = ?,
                removed = ?, held = ?
            where tenant = ? and id = ?
            """;
    private static final String CERTIFICATES =
            "select * from retention_certificate where tenant = ? order by tenant desc, swept desc, id limit ?";
    private static final String ADD_SWEEP =
            "insert into retention_sweep (swept, tenant, category, answered_by) values (?, ?, ?, ?)";
    private static final String REPLACE_SWEEP =
            "update retention_sweep set swept = ? where tenant = ? and category = ? and answered_by = ?";
    private static final String SWEEPS =
            "select * from retention_sweep where tenant = ? order by category, answered_by";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaRetentionStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void lockRetention(TenantId tenant) {
        lock(transactions.current(), LOCK, tenant);
    }

    @Override
    public void shareRetention(TenantId tenant) {
        Work work = transactions.current();
        lock(work, work.dialect() == Dialect.POSTGRESQL ? SHARE : LOCK, tenant);
    }

    private static void lock(Work work, String lock, TenantId tenant) {
        if (work.queryOne(row -> true, lock, tenant).isEmpty()) {
            work.insertIfAbsent(ADD_LOCK, tenant);
            work.queryOne(row -> true, lock, tenant);
        }
    }

    private void put(String replace, String add, Object... columns) {
        Work work = transactions.current();
        if (work.update(replace, columns) == 0) {
            work.update(add, columns);
        }
    }

    @Override
    public void putHold(Hold hold) {
        put(
                REPLACE_HOLD,
                ADD_HOLD,
                hold.category(),
                hold.subject(),
                hold.ground(),
                hold.reference(),
                hold.placed(),
                hold.expires(),
                Names.join(hold.approvals()),
                Names.join(hold.releases()),
                hold.released(),
                hold.tenant(),
                hold.id());
    }

    @Override
    public Optional<Hold> hold(TenantId tenant, UUID id) {
        return transactions.current().queryOne(JpaRetentionStore::hold, HOLD, tenant, id);
    }

    @Override
    public List<Hold> holds(TenantId tenant) {
        return transactions.current().query(JpaRetentionStore::hold, HOLDS, tenant);
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                row.getString("category"),
                Optional.ofNullable(row.getObject("subject", UUID.class)).map(SubjectId::of),
                Ground.valueOf(row.getString("ground")),
                row.getString("reference"),
                Work.instant(row, "placed"),
                Work.instant(row, "expires"),
                Names.set(row.getString("approvals")),
                Names.set(row.getString("releases")),
                Work.optionalInstant(row, "released"));
    }

    @Override
    public void putCertificate(Certificate certificate) {
        put(
                REPLACE_CERTIFICATE,
                ADD_CERTIFICATE,
                certificate.category(),
                certificate.answeredBy(),
                certificate.at(),
                certificate.before(),
                certificate.policyVersion(),
                certificate.removed(),
                certificate.held(),
                certificate.tenant(),
                certificate.id());
    }

    @Override
    public List<Certificate> certificates(TenantId tenant, int limit) {
        return transactions.current().query(JpaRetentionStore::certificate, CERTIFICATES, tenant, limit);
    }

    private static Certificate certificate(ResultSet row) throws SQLException {
        return new Certificate(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                row.getString("category"),
                row.getString("answered_by"),
                Work.instant(row, "swept"),
                Work.instant(row, "before"),
                row.getInt("policy_version"),
                row.getLong("removed"),
                row.getInt("held"));
    }

    @Override
    public void putSweep(TenantId tenant, Sweep sweep) {
        put(REPLACE_SWEEP, ADD_SWEEP, sweep.swept(), tenant, sweep.category(), sweep.answeredBy());
    }

    @Override
    public List<Sweep> sweeps(TenantId tenant) {
        return transactions
                .current()
                .query(
                        row -> new Sweep(
                                row.getString("category"), row.getString("answered_by"), Work.instant(row, "swept")),
                        SWEEPS,
                        tenant);
    }
}
