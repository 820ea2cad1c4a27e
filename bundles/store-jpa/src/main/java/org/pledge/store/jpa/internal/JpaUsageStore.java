package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.database.Dialect;
import org.pledge.database.Work;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore;

/** Keeps counters of visits; in plain SQL, as they are added to in batches. */
@Component
public final class JpaUsageStore implements UsageStore {
    private static final String ADD_POSTGRESQL =
            """
            insert into usage_count (events, visitors, tenant, site, on_day, dimension, cell)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant, site, on_day, dimension, cell) do update set
                events = usage_count.events + excluded.events, visitors = usage_count.visitors + excluded.visitors
            """;
    private static final String ADD_H2 =
            """
            update usage_count set events = events + ?, visitors = visitors + ?
            where tenant = ? and site = ? and on_day = ? and dimension = ? and cell = ?
            """;
    private static final String FIRST =
            """
            insert into usage_count (events, visitors, tenant, site, on_day, dimension, cell)
            values (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String OPEN_DAY =
            "insert into usage_day (tenant, site, on_day, sealed) values (?, ?, ?, false)";
    private static final String OF = "select * from usage_count where tenant = ? and site = ? and on_day = ?";
    private static final String SEALED =
            """
            select c.* from usage_count c
            join usage_day d on d.tenant = c.tenant and d.site = c.site and d.on_day = c.on_day
            where d.tenant = ? and d.site = ? and d.on_day >= ? and d.on_day < ? and d.sealed
            """;
    private static final String OPEN =
            "select * from usage_day where sealed = false and on_day < ? order by on_day, tenant, site limit ?";
    private static final String LOCK =
            """
            select tenant from usage_day
            where tenant = ? and site = ? and on_day = ? and sealed = false for update
            """;
    private static final String CLEAR = "delete from usage_count where tenant = ? and site = ? and on_day = ?";
    private static final String SEAL =
            "update usage_day set sealed = true where tenant = ? and site = ? and on_day = ?";
    private static final String COUNT_BEFORE = "select count(*) from usage_day where tenant = ? and on_day < ?";
    private static final String BEFORE =
            "select * from usage_day where tenant = ? and on_day < ? order by on_day, site limit ?";
    private static final String REMOVE_DAY = "delete from usage_day where tenant = ? and site = ? and on_day = ?";
    private static final Comparator<Day> IN_ORDER =
            Comparator.comparing(Day::site).thenComparing(Day::day);
    private static final Comparator<Count> COUNTS_IN_ORDER = Comparator.comparing(Count::site)
            .thenComparing(Count::day)
            .thenComparing(Count::dimension)
            .thenComparing(Count::cell);

    private static final String OTHERS_OF_DAY =
            """
            select 1 from usage_day
            where sealed in (true, false) and on_day = ? and (tenant <> ? or not (site = any (?))) limit 1
            """;
    private static final DayPartitions PARTITIONS = new DayPartitions("usage_count");
    private static final int MOST_DAYS = 100;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaUsageStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    /** In one order for everybody, so that nobody waits for somebody who waits for them. */
    @Override
    public void add(TenantId tenant, List<Count> counts) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        Set<Day> days = new TreeSet<>(IN_ORDER);
        counts.forEach(count -> days.add(new Day(tenant, count.site(), count.day())));
        days.forEach(day -> work.insertIfAbsent(OPEN_DAY, tenant, day.site(), day.day()));
        List<Object[]> rows = counts.stream()
                .sorted(COUNTS_IN_ORDER)
                .map(count -> row(tenant, count))
                .toList();
        if (work.dialect() == Dialect.POSTGRESQL) {
            work.updateAllDerived(ADD_POSTGRESQL, rows);
            return;
        }
        int[] changed = work.updateAllDerived(ADD_H2, rows);
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 0 && !work.insertIfAbsent(FIRST, rows.get(i))) {
                work.update(ADD_H2, rows.get(i));
            }
        }
    }

    private static Object[] row(TenantId tenant, Count count) {
        return new Object[] {
            count.events(), count.visitors(), tenant, count.site(), count.day(), count.dimension(), count.cell()
        };
    }

    @Override
    public List<Count> of(Day day) {
        return transactions.current().query(JpaUsageStore::count, OF, day.tenant(), day.site(), day.day());
    }

    @Override
    public List<Count> sealed(TenantId tenant, String site, LocalDate from, LocalDate to) {
        return transactions.current().query(JpaUsageStore::count, SEALED, tenant, site, from, to);
    }

    @Override
    public List<Day> open(LocalDate day, int limit) {
        return transactions.current().query(JpaUsageStore::day, OPEN, day, limit);
    }

    private static Day day(ResultSet row) throws SQLException {
        return new Day(
                new TenantId(row.getString("tenant")), row.getString("site"), row.getObject("on_day", LocalDate.class));
    }

    @Override
    public boolean lockOpen(Day day) {
        return transactions
                .current()
                .queryOne(row -> true, LOCK, day.tenant(), day.site(), day.day())
                .isPresent();
    }

    @Override
    public void seal(Day day, List<Count> counts) {
        Work work = transactions.current();
        work.update(CLEAR, day.tenant(), day.site(), day.day());
        List<Object[]> rows = new ArrayList<>();
        counts.forEach(count -> rows.add(row(day.tenant(), count)));
        if (!rows.isEmpty()) {
            work.updateAllDerived(FIRST, rows);
        }
        work.update(SEAL, day.tenant(), day.site(), day.day());
    }

    @Override
    public long countBefore(TenantId tenant, LocalDate day) {
        return transactions
                .current()
                .queryOne(row -> row.getLong(1), COUNT_BEFORE, tenant, day)
                .orElse(0L);
    }

    @Override
    public int removeBefore(TenantId tenant, LocalDate day, int limit) {
        Work work = transactions.current();
        List<Day> old = work.query(JpaUsageStore::day, BEFORE, tenant, day, Math.min(limit, MOST_DAYS));
        Map<LocalDate, List<Day>> byDay =
                old.stream().collect(Collectors.groupingBy(Day::day, TreeMap::new, Collectors.toList()));
        List<Object[]> rowWise = byDay.entrySet().stream()
                .filter(entry -> !dropped(work, tenant, entry.getKey(), entry.getValue()))
                .flatMap(entry -> entry.getValue().stream())
                .map(JpaUsageStore::key)
                .toList();
        if (!rowWise.isEmpty()) {
            work.updateAllDerived(CLEAR, rowWise);
        }
        if (!old.isEmpty()) {
            work.updateAllDerived(
                    REMOVE_DAY, old.stream().map(JpaUsageStore::key).toList());
        }
        return old.size();
    }

    private static boolean dropped(Work work, TenantId tenant, LocalDate day, List<Day> sites) {
        return PARTITIONS.drop(
                work,
                day,
                OTHERS_OF_DAY,
                day,
                tenant,
                sites.stream().map(Day::site).toArray(String[]::new));
    }

    private static Object[] key(Day day) {
        return new Object[] {day.tenant(), day.site(), day.day()};
    }

    @Override
    public void prepare(LocalDate from, LocalDate to) {
        PARTITIONS.prepare(transactions.current(), from, to);
    }

    private static Count count(ResultSet row) throws SQLException {
        return new Count(
                row.getString("site"),
                row.getObject("on_day", LocalDate.class),
                Dimension.valueOf(row.getString("dimension")),
                row.getString("cell"),
                row.getLong("events"),
                row.getLong("visitors"));
    }
}
