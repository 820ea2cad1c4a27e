package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Silence;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore.Position;

/** Keeps notices to earlier recipients in plain SQL. */
@Component
public final class JpaNoticeStore implements NoticeStore {
    private static final String LOCK_PERSON =
            "select epoch from consent_subject where tenant = ? and subject = ? for update";
    private static final String SENT =
            """
            select * from disclosure where tenant = ? and subject = ? and attempts > 0
            order by tenant, subject, created, id
            """;
    private static final String ADD =
            """
            insert into notice (
                subject, partner, kind, disclosures, fields, carried, state, attempts, answer, created, due, legally_due,
                delivered, confirmed, channel, overdue, next_attempt, claimed_until, send_due, awaited, ground,
                silent_since, reminders, escalated, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update notice set
                subject = ?, partner = ?, kind = ?, disclosures = ?, fields = ?, carried = ?, state = ?, attempts = ?,
                answer = ?, created = ?, due = ?, legally_due = ?, delivered = ?, confirmed = ?, channel = ?, overdue = ?,
                next_attempt = ?, claimed_until = ?, send_due = ?, awaited = ?, ground = ?,
                silent_since = ?, reminders = ?, escalated = ?
            where tenant = ? and id = ?
            """;
    private static final String ONE = "select * from notice where tenant = ? and id = ?";
    private static final String LOCK_OF_KIND =
            """
            select * from notice where tenant = ? and subject = ? and kind = ? and state <> 'DROPPED'
            order by tenant, subject, created, id for update
            """;
    private static final String LOCK_DUE =
            """
            select * from notice n where n.tenant = ? and n.partner = ? and n.send_due <= ?
            and not exists (
                select 1 from notice o
                where o.tenant = n.tenant and o.subject = n.subject and o.partner = n.partner and o.id <> n.id
                and (o.send_due is not null and (o.created < n.created or o.created = n.created and o.id < n.id)
                    or o.state = 'SENDING' and o.claimed_until > ?))
            and not exists (
                select 1 from disclosure d
                where d.tenant = n.tenant and d.subject = n.subject and d.state = 'SENDING' and d.claimed_until > ?
                and position(cast(d.id as varchar) in n.disclosures) > 0)
            order by n.tenant, n.partner, n.send_due, n.id limit ? for update skip locked
            """;
    private static final String NEXT_DUE = "select min(send_due) as due from notice where tenant = ? and partner = ?";
    private static final String OF_SUBJECT =
            """
            select * from notice where tenant = ? and subject = ?
            order by tenant desc, subject desc, created desc, id desc limit ?
            """;
    private static final String OF_SUBJECT_BEFORE =
            """
            select * from notice where tenant = ? and subject = ? and (created < ? or created = ? and id < ?)
            order by tenant desc, subject desc, created desc, id desc limit ?
            """;
    private static final String IN_STATE =
            "select * from notice where tenant = ? and state = ? order by tenant, state, created, id limit ?";
    private static final String IN_STATE_AFTER =
            """
            select * from notice where tenant = ? and state = ? and (created > ? or created = ? and id > ?)
            order by tenant, state, created, id limit ?
            """;
    private static final String OVERDUE =
            "select * from notice where tenant = ? and awaited <= ? order by awaited, id limit ?";
    private static final String NEWLY_OVERDUE =
            """
            select * from notice where tenant = ? and overdue = false and awaited <= ?
            order by awaited, id limit ? for update skip locked
            """;
    private static final String SILENT =
            """
            select * from notice where tenant = ? and silent_since <= ? and (reminders > 0 or silent_since <= ?)
            and (reminders = 0 or escalated or silent_since <= ?) and (reminders = 0 or not escalated or silent_since <= ?)
            order by silent_since, id limit ? for update skip locked
            """;
    private static final String AWAITED =
            """
            select partner, state, count(*) as notices, sum(case when awaited <= ? then 1 else 0 end) as late,
                sum(case when escalated then 1 else 0 end) as in_vain, min(created) as oldest
            from notice where tenant = ? and awaited is not null group by partner, state
            """;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaNoticeStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void lockPerson(TenantId tenant, SubjectId subject) {
        work().queryOne(row -> row.getLong(1), LOCK_PERSON, tenant, subject);
    }

    @Override
    public List<Disclosure> sent(TenantId tenant, SubjectId subject) {
        return work().query(DisclosureRow::disclosure, SENT, tenant, subject);
    }

    @Override
    public void addNotice(StoredNotice notice) {
        work().updateLater(ADD, columns(notice));
    }

    @Override
    public void putNotice(StoredNotice notice) {
        if (work().update(REPLACE, columns(notice)) == 0) {
            throw new IllegalStateException("the notice does not exist");
        }
    }

    private static Object[] columns(StoredNotice stored) {
        Notice notice = stored.notice();
        return new Object[] {
            notice.subject(),
            notice.partner(),
            notice.kind(),
            Names.join(notice.disclosures()),
            Names.join(notice.fields()),
            Names.join(stored.carried()),
            notice.state(),
            notice.attempts(),
            notice.answer().isPresent() ? Optional.of(notice.answer().getAsInt()) : Optional.empty(),
            notice.created(),
            notice.due(),
            notice.legallyDue(),
            notice.delivered(),
            notice.confirmed(),
            notice.channel(),
            notice.overdue(),
            stored.nextAttempt(),
            stored.claimedUntil(),
            stored.sendDue(),
            notice.confirmed().isPresent() || notice.state() == State.SUPERSEDED
                    ? Optional.empty()
                    : Optional.of(notice.due()),
            notice.ground(),
            notice.silence().since(),
            notice.silence().reminders(),
            notice.silence().escalated(),
            notice.tenant(),
            notice.id()
        };
    }

    @Override
    public Optional<StoredNotice> notice(TenantId tenant, UUID id) {
        return work().queryOne(JpaNoticeStore::stored, ONE, tenant, id);
    }

    @Override
    public Optional<StoredNotice> lockNotice(TenantId tenant, UUID id) {
        return work().queryOne(JpaNoticeStore::stored, ONE + " for update", tenant, id);
    }

    @Override
    public List<StoredNotice> lockNotices(TenantId tenant, SubjectId subject, Kind kind) {
        return work().query(JpaNoticeStore::stored, LOCK_OF_KIND, tenant, subject, kind);
    }

    @Override
    public List<StoredNotice> lockDueNotices(TenantId tenant, String partner, Instant now, int limit) {
        return work().query(JpaNoticeStore::stored, LOCK_DUE, tenant, partner, now, now, now, limit);
    }

    @Override
    public Optional<Instant> nextDueNotice(TenantId tenant, String partner) {
        return work().queryOne(row -> Work.optionalInstant(row, "due"), NEXT_DUE, tenant, partner)
                .flatMap(due -> due);
    }

    @Override
    public List<Notice> noticesOfSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        return before.map(from -> work().query(
                                JpaNoticeStore::notice,
                                OF_SUBJECT_BEFORE,
                                tenant,
                                subject,
                                from.created(),
                                from.created(),
                                from.id(),
                                limit))
                .orElseGet(() -> work().query(JpaNoticeStore::notice, OF_SUBJECT, tenant, subject, limit));
    }

    @Override
    public List<Notice> noticesInState(TenantId tenant, State state, Optional<Position> after, int limit) {
        return after.map(from -> work().query(
                                JpaNoticeStore::notice,
                                IN_STATE_AFTER,
                                tenant,
                                state,
                                from.created(),
                                from.created(),
                                from.id(),
                                limit))
                .orElseGet(() -> work().query(JpaNoticeStore::notice, IN_STATE, tenant, state, limit));
    }

    @Override
    public List<Notice> overdueNotices(TenantId tenant, Instant now, int limit) {
        return work().query(JpaNoticeStore::notice, OVERDUE, tenant, now, limit);
    }

    @Override
    public List<StoredNotice> lockNewlyOverdue(TenantId tenant, Instant now, int limit) {
        return work().query(JpaNoticeStore::stored, NEWLY_OVERDUE, tenant, now, limit);
    }

    @Override
    public List<StoredNotice> lockSilent(TenantId tenant, Instant first, Instant again, Instant inVain, int limit) {
        Instant latest =
                Stream.of(first, again, inVain).max(Comparator.naturalOrder()).orElseThrow();
        return work().query(JpaNoticeStore::stored, SILENT, tenant, latest, first, again, inVain, limit);
    }

    @Override
    public List<Awaited> awaited(TenantId tenant, Instant now) {
        return work().query(
                        row -> new Awaited(
                                row.getString("partner"),
                                State.valueOf(row.getString("state")),
                                row.getLong("notices"),
                                row.getLong("late"),
                                row.getLong("in_vain"),
                                Work.instant(row, "oldest")),
                        AWAITED,
                        now,
                        tenant);
    }

    private static Notice notice(ResultSet row) throws SQLException {
        int answer = row.getInt("answer");
        return new Notice(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                row.getString("partner"),
                Kind.valueOf(row.getString("kind")),
                Names.set(row.getString("disclosures"), UUID::fromString),
                Names.set(row.getString("fields")),
                State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                answer == 0 ? OptionalInt.empty() : OptionalInt.of(answer),
                Work.instant(row, "created"),
                Work.instant(row, "due"),
                Work.instant(row, "legally_due"),
                Work.optionalInstant(row, "delivered"),
                Work.optionalInstant(row, "confirmed"),
                Optional.ofNullable(row.getString("channel")),
                row.getBoolean("overdue"),
                Optional.ofNullable(row.getString("ground")).map(Exemption::valueOf),
                new Silence(
                        Work.optionalInstant(row, "silent_since"),
                        row.getInt("reminders"),
                        row.getBoolean("escalated")));
    }

    private static StoredNotice stored(ResultSet row) throws SQLException {
        return new StoredNotice(
                notice(row),
                Names.set(row.getString("carried")),
                Work.instant(row, "next_attempt"),
                Work.optionalInstant(row, "claimed_until"));
    }

    private Work work() {
        return transactions.current();
    }
}
