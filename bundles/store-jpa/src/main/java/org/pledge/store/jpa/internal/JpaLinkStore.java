package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.visitor.spi.LinkStore;

/** Keeps links of devices to people and what is recorded under them; in plain SQL, as records come in batches. */
@Component
public final class JpaLinkStore implements LinkStore {
    private static final String ADD =
            "insert into device_link (tenant, token, id, subject, since) values (?, ?, ?, ?, ?)";
    private static final String LOCK = "select * from device_link where tenant = ? and token = ? for update";
    private static final String LINKS = "select * from device_link where tenant = ? and subject = ? order by since, id";
    private static final String REMOVE_LINK = "delete from device_link where tenant = ? and subject = ? and id = ?";
    private static final String REMOVE_LINKS = "delete from device_link where tenant = ? and subject = ?";
    private static final String ADD_RECORD =
            """
            insert into device_record (tenant, seen_on, id, link, subject, category, sealed)
            values (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String RECORDS =
            """
            select * from device_record where tenant = ? and subject = ?
            order by seen_on, id offset ? rows fetch next ? rows only
            """;
    private static final String COUNTS =
            """
            select category, count(*) as records from device_record where tenant = ? and subject = ? and link = ?
            group by category
            """;
    private static final String REMOVE_OF_LINK =
            "delete from device_record where tenant = ? and subject = ? and link = ?";
    private static final String ERASE = "insert into device_erasure (tenant, subject) values (?, ?)";
    private static final String ERASED = "select subject from device_erasure where tenant = ? order by subject limit 1";
    private static final String DONE = "delete from device_erasure where tenant = ? and subject = ?";
    private static final String COUNT_ERASED =
            """
            select count(*) from device_record r
            join device_erasure e on e.tenant = r.tenant and e.subject = r.subject
            where e.tenant = ?
            """;
    private static final String REMOVE_SOME =
            """
            delete from device_record where tenant = ? and subject = ? and id in (
                select id from device_record where tenant = ? and subject = ? order by seen_on, id limit ?)
            """;
    private static final String DAYS =
            """
            select seen_on, subject, count(*) as records from device_record
            where tenant = ? and category = ? and seen_on < ? group by seen_on, subject order by seen_on, subject
            """;
    private static final String REMOVE_DAY =
            "delete from device_record where tenant = ? and category = ? and seen_on = ? and subject = ?";
    private static final DayPartitions PARTITIONS = new DayPartitions("device_record");

    private record OfDay(LocalDate day, SubjectId subject, long records) {}

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaLinkStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    private Work work() {
        return transactions.current();
    }

    @Override
    public boolean addLink(StoredLink link) {
        return work().insertIfAbsent(ADD, link.tenant(), link.token(), link.id(), link.subject(), link.since());
    }

    @Override
    public Optional<StoredLink> lockLink(TenantId tenant, byte[] token) {
        return work().queryOne(JpaLinkStore::link, LOCK, tenant, token);
    }

    @Override
    public List<StoredLink> links(TenantId tenant, SubjectId subject) {
        return work().query(JpaLinkStore::link, LINKS, tenant, subject);
    }

    private static StoredLink link(ResultSet row) throws SQLException {
        return new StoredLink(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                SubjectId.of(row.getObject("subject", UUID.class)),
                row.getBytes("token"),
                Work.instant(row, "since"));
    }

    @Override
    public boolean removeLink(TenantId tenant, SubjectId subject, UUID id) {
        boolean removed = work().update(REMOVE_LINK, tenant, subject, id) == 1;
        work().update(REMOVE_OF_LINK, tenant, subject, id);
        return removed;
    }

    @Override
    public void erase(TenantId tenant, SubjectId subject) {
        if (work().update(REMOVE_LINKS, tenant, subject) > 0) {
            work().insertIfAbsent(ERASE, tenant, subject);
        }
    }

    @Override
    public long countErased(TenantId tenant) {
        return work().queryOne(row -> row.getLong(1), COUNT_ERASED, tenant).orElse(0L);
    }

    @Override
    public int removeErased(TenantId tenant, int limit) {
        int removed = 0;
        Optional<SubjectId> next = erased(tenant);
        while (removed < limit && next.isPresent()) {
            int some = work().update(REMOVE_SOME, tenant, next.get(), tenant, next.get(), limit - removed);
            removed += some;
            if (removed < limit) {
                work().update(DONE, tenant, next.get());
                next = erased(tenant);
            }
        }
        return removed;
    }

    private Optional<SubjectId> erased(TenantId tenant) {
        return work().queryOne(row -> SubjectId.of(row.getObject("subject", UUID.class)), ERASED, tenant);
    }

    @Override
    public void addRecords(List<StoredRecord> records) {
        if (!records.isEmpty()) {
            work().updateAll(
                            ADD_RECORD,
                            records.stream()
                                    .map(one -> new Object[] {
                                        one.tenant(),
                                        one.day(),
                                        one.id(),
                                        one.link(),
                                        one.subject(),
                                        one.category(),
                                        one.sealed()
                                    })
                                    .toList());
        }
    }

    @Override
    public List<StoredRecord> records(TenantId tenant, SubjectId subject, int after, int limit) {
        return work().query(JpaLinkStore::stored, RECORDS, tenant, subject, after, limit);
    }

    private static StoredRecord stored(ResultSet row) throws SQLException {
        return new StoredRecord(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                row.getObject("seen_on", LocalDate.class),
                row.getObject("link", UUID.class),
                SubjectId.of(row.getObject("subject", UUID.class)),
                row.getString("category"),
                row.getBytes("sealed"));
    }

    @Override
    public Map<String, Long> counts(TenantId tenant, SubjectId subject, UUID link) {
        Map<String, Long> counts = new TreeMap<>();
        work().query(
                        row -> counts.put(row.getString("category"), row.getLong("records")),
                        COUNTS,
                        tenant,
                        subject,
                        link);
        return counts;
    }

    private List<OfDay> before(TenantId tenant, String category, LocalDate day, Set<SubjectId> except) {
        return work()
                .query(
                        row -> new OfDay(
                                row.getObject("seen_on", LocalDate.class),
                                SubjectId.of(row.getObject("subject", UUID.class)),
                                row.getLong("records")),
                        DAYS,
                        tenant,
                        category,
                        day)
                .stream()
                .filter(each -> !except.contains(each.subject()))
                .toList();
    }

    @Override
    public long countBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except) {
        return before(tenant, category, day, except).stream()
                .mapToLong(OfDay::records)
                .sum();
    }

    @Override
    public int removeBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except, int limit) {
        int removed = 0;
        List<OfDay> old = before(tenant, category, day, except);
        for (int i = 0; i < old.size() && removed < limit; ) {
            LocalDate one = old.get(i).day();
            List<OfDay> ofOne =
                    old.stream().filter(each -> each.day().equals(one)).toList();
            removed += dropped(one, tenant, category, except) ? sum(ofOne) : removed(tenant, category, ofOne);
            i += ofOne.size();
        }
        return removed;
    }

    private boolean dropped(LocalDate day, TenantId tenant, String category, Set<SubjectId> except) {
        String others = "select 1 from " + PARTITIONS.of(day)
                + " where tenant <> ? or category <> ? or subject = any (?) limit 1";
        return PARTITIONS.drop(
                work(),
                day,
                others,
                tenant,
                category,
                except.stream().map(SubjectId::toUuid).toArray(UUID[]::new));
    }

    private static int sum(List<OfDay> days) {
        return (int) days.stream().mapToLong(OfDay::records).sum();
    }

    private int removed(TenantId tenant, String category, List<OfDay> days) {
        List<Object[]> rows = days.stream()
                .map(each -> new Object[] {tenant, category, each.day(), each.subject()})
                .toList();
        work().updateAll(REMOVE_DAY, rows);
        return sum(days);
    }

    @Override
    public void prepare(LocalDate from, LocalDate to) {
        PARTITIONS.prepare(work(), from, to);
    }
}
