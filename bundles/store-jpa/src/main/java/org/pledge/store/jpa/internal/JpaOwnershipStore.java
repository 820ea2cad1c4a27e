package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService.Counts;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Result;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.ownership.spi.OwnershipStore;

/** Keeps transfers with changes of ownership in plain SQL. */
@Component
public final class JpaOwnershipStore implements OwnershipStore {
    private static final String ADD =
            """
            insert into ownership_transfer (successor, categories, tier, notice, objections, policy_version, opened,
                state, approvals, last_account, closed, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update ownership_transfer set successor = ?, categories = ?, tier = ?, notice = ?, objections = ?,
                policy_version = ?, opened = ?, state = ?, approvals = ?, last_account = ?, closed = ?
            where tenant = ? and id = ?
            """;
    private static final String ALL = "select * from ownership_transfer where tenant = ? order by opened desc, id";
    private static final String LOCKED = "select * from ownership_transfer where tenant = ? and id = ? for update";
    private static final String OBJECT =
            "insert into ownership_objection (tenant, transfer, subject, objected) values (?, ?, ?, ?)";
    private static final String OBJECTION =
            "select * from ownership_objection where tenant = ? and transfer = ? and subject = ?";
    private static final String OBJECTIONS =
            "select * from ownership_objection where tenant = ? and transfer = ? order by subject limit ?";
    private static final String OBJECTIONS_AFTER =
            """
            select * from ownership_objection where tenant = ? and transfer = ? and subject > ?
            order by subject limit ?
            """;
    private static final String ADD_RESULT =
            """
            insert into ownership_result (tenant, transfer, subject, result, disclosure, decided)
            values (?, ?, ?, ?, ?, ?)
            """;
    private static final String RESULT =
            "select result from ownership_result where tenant = ? and transfer = ? and subject = ?";
    private static final String COUNTS =
            """
            select (select count(*) from ownership_objection o where o.tenant = ? and o.transfer = ?) as objections,
                coalesce(sum(case when result = 'DISCLOSED' then 1 else 0 end), 0) as disclosed,
                coalesce(sum(case when result = 'REFUSED' then 1 else 0 end), 0) as refused,
                coalesce(sum(case when result = 'EXCLUDED' then 1 else 0 end), 0) as excluded,
                coalesce(sum(case when result = 'UNTOLD' then 1 else 0 end), 0) as untold
            from ownership_result where tenant = ? and transfer = ?
            """;
    private static final String TELL =
            "insert into ownership_notice (tenant, transfer, subject, telling, told, message) values (?, ?, ?, ?, ?, ?)";
    private static final String TELL_AFTER_ALL =
            """
            update ownership_notice set telling = ?, told = ?, message = ?
            where tenant = ? and transfer = ? and subject = ? and telling = 'UNREACHED'
            """;
    private static final String LOSE =
            """
            update ownership_notice set telling = 'UNREACHED'
            where tenant = ? and transfer = ? and telling = 'QUEUED' and exists (select 1 from disclosure
                where disclosure.tenant = ownership_notice.tenant and disclosure.id = ownership_notice.message
                    and disclosure.state in ('PARKED', 'CANCELLED', 'DROPPED'))
            """;
    private static final String NOTICE =
            "select * from ownership_notice where tenant = ? and transfer = ? and subject = ?";
    /** Takes the transfer, the tenant, and the tier twice. */
    private static final String IN_SCOPE =
            """
            from person join account on account.tenant = person.tenant and account.id = person.account
                left join ownership_notice notice on notice.tenant = person.tenant and notice.transfer = ?
                    and notice.subject = person.id
            where person.tenant = ? and (cast(? as varchar) is null or account.tier = ?)
                and not exists (select 1 from person_mark mark where mark.tenant = person.tenant
                    and mark.person = person.id and mark.mark = 'ERASED')
            """;

    private static final String UNTOLD =
            "select person.id " + IN_SCOPE + " and notice.subject is null order by person.id limit ?";
    private static final String UNREACHED =
            "select notice.* " + IN_SCOPE + " and notice.telling = 'UNREACHED' order by person.id limit ?";
    private static final String UNREACHED_AFTER = "select notice.* " + IN_SCOPE
            + " and notice.telling = 'UNREACHED' and person.id > ? order by person.id limit ?";
    private static final String UNREACHED_SINCE = "select person.id " + IN_SCOPE
            + " and notice.telling = 'UNREACHED' and notice.told <= ? order by person.id limit ?";
    private static final String REACH =
            """
            select count(*) as people,
                coalesce(sum(case when notice.telling in ('QUEUED', 'BY_HAND') then 1 else 0 end), 0) as told_people,
                coalesce(sum(case when notice.telling = 'UNREACHED' then 1 else 0 end), 0) as unreached,
                max(case when notice.telling in ('QUEUED', 'BY_HAND') then notice.told end) as last_told,
                min(case when notice.telling = 'UNREACHED' then notice.told end) as first_tried
            """
                    + IN_SCOPE;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaOwnershipStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void putTransfer(Transfer transfer) {
        Scope scope = transfer.scope();
        Object[] columns = {
            scope.successor(),
            Names.join(scope.categories()),
            scope.tier(),
            scope.notice(),
            scope.objections(),
            transfer.policyVersion(),
            transfer.opened(),
            transfer.state(),
            Names.join(transfer.approvals()),
            transfer.cursor(),
            transfer.closed(),
            transfer.tenant(),
            transfer.id()
        };
        Work work = transactions.current();
        if (work.update(REPLACE, columns) == 0) {
            work.update(ADD, columns);
        }
    }

    @Override
    public List<Transfer> transfers(TenantId tenant) {
        return transactions.current().query(JpaOwnershipStore::transfer, ALL, tenant);
    }

    @Override
    public Optional<Transfer> lockTransfer(TenantId tenant, UUID id) {
        return transactions.current().queryOne(JpaOwnershipStore::transfer, LOCKED, tenant, id);
    }

    @Override
    public boolean object(TenantId tenant, UUID id, Objection objection) {
        return transactions.current().insertIfAbsent(OBJECT, tenant, id, objection.subject(), objection.at());
    }

    @Override
    public Optional<Objection> objection(TenantId tenant, UUID id, SubjectId subject) {
        return transactions.current().queryOne(JpaOwnershipStore::objection, OBJECTION, tenant, id, subject);
    }

    @Override
    public List<Objection> objections(TenantId tenant, UUID id, Optional<SubjectId> after, int limit) {
        Work work = transactions.current();
        return after.isEmpty()
                ? work.query(JpaOwnershipStore::objection, OBJECTIONS, tenant, id, limit)
                : work.query(JpaOwnershipStore::objection, OBJECTIONS_AFTER, tenant, id, after, limit);
    }

    @Override
    public void putResult(
            TenantId tenant, UUID id, SubjectId subject, Result result, Optional<UUID> disclosure, Instant at) {
        transactions.current().update(ADD_RESULT, tenant, id, subject, result, disclosure, at);
    }

    @Override
    public Optional<Result> result(TenantId tenant, UUID id, SubjectId subject) {
        return transactions
                .current()
                .queryOne(row -> Result.valueOf(row.getString("result")), RESULT, tenant, id, subject);
    }

    @Override
    public Counts counts(TenantId tenant, UUID id) {
        return transactions
                .current()
                .queryOne(
                        row -> new Counts(
                                row.getLong("objections"),
                                row.getLong("disclosed"),
                                row.getLong("refused"),
                                row.getLong("excluded"),
                                row.getLong("untold")),
                        COUNTS,
                        tenant,
                        id,
                        tenant,
                        id)
                .orElseThrow();
    }

    @Override
    public boolean tell(TenantId tenant, UUID id, Notice notice) {
        Work work = transactions.current();
        return work.insertIfAbsent(TELL, tenant, id, notice.subject(), notice.telling(), notice.at(), notice.message())
                || work.update(
                                TELL_AFTER_ALL,
                                notice.telling(),
                                notice.at(),
                                notice.message(),
                                tenant,
                                id,
                                notice.subject())
                        > 0;
    }

    @Override
    public int loseUndelivered(TenantId tenant, UUID id) {
        return transactions.current().update(LOSE, tenant, id);
    }

    @Override
    public Optional<Notice> notice(TenantId tenant, UUID id, SubjectId subject) {
        return transactions.current().queryOne(JpaOwnershipStore::notice, NOTICE, tenant, id, subject);
    }

    @Override
    public List<SubjectId> untold(TenantId tenant, UUID id, Optional<String> tier, int limit) {
        return transactions
                .current()
                .query(row -> SubjectId.of(row.getObject("id", UUID.class)), UNTOLD, id, tenant, tier, tier, limit);
    }

    @Override
    public List<SubjectId> unreachedSince(TenantId tenant, UUID id, Optional<String> tier, Instant tried, int limit) {
        return transactions
                .current()
                .query(
                        row -> SubjectId.of(row.getObject("id", UUID.class)),
                        UNREACHED_SINCE,
                        id,
                        tenant,
                        tier,
                        tier,
                        tried,
                        limit);
    }

    @Override
    public List<Notice> unreached(TenantId tenant, UUID id, Optional<SubjectId> after, int limit) {
        Optional<String> anyTier = Optional.empty();
        Work work = transactions.current();
        return after.isEmpty()
                ? work.query(JpaOwnershipStore::notice, UNREACHED, id, tenant, anyTier, anyTier, limit)
                : work.query(JpaOwnershipStore::notice, UNREACHED_AFTER, id, tenant, anyTier, anyTier, after, limit);
    }

    @Override
    public Reach reach(TenantId tenant, UUID id, Optional<String> tier) {
        return transactions
                .current()
                .queryOne(
                        row -> new Reach(
                                row.getLong("people"),
                                row.getLong("told_people"),
                                row.getLong("unreached"),
                                Work.optionalInstant(row, "last_told"),
                                Work.optionalInstant(row, "first_tried").map(at -> at.plus(OwnershipNotices.PAUSE))),
                        REACH,
                        id,
                        tenant,
                        tier,
                        tier)
                .orElseThrow();
    }

    private static Notice notice(ResultSet row) throws SQLException {
        return new Notice(
                SubjectId.of(row.getObject("subject", UUID.class)),
                Telling.valueOf(row.getString("telling")),
                Work.instant(row, "told"),
                Optional.ofNullable(row.getObject("message", UUID.class)));
    }

    private static Objection objection(ResultSet row) throws SQLException {
        return new Objection(SubjectId.of(row.getObject("subject", UUID.class)), Work.instant(row, "objected"));
    }

    private static Transfer transfer(ResultSet row) throws SQLException {
        return new Transfer(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                new Scope(
                        row.getString("successor"),
                        Names.set(row.getString("categories")),
                        Optional.ofNullable(row.getString("tier")),
                        row.getObject("notice", LocalDate.class),
                        row.getObject("objections", LocalDate.class)),
                row.getInt("policy_version"),
                Work.instant(row, "opened"),
                State.valueOf(row.getString("state")),
                Names.set(row.getString("approvals")),
                Optional.ofNullable(row.getObject("last_account", UUID.class)).map(SubjectId::of),
                Work.optionalInstant(row, "closed"));
    }
}
