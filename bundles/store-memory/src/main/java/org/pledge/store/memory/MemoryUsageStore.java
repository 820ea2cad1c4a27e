package org.pledge.store.memory;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.pledge.TenantId;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore;

/** Counters of visits in maps, within the transactions of a {@link MemoryStore}. */
public final class MemoryUsageStore implements UsageStore {
    private record Key(Day day, Dimension dimension, String cell) {}

    private final Tables tables;
    private final Map<Day, Boolean> days = new HashMap<>();
    private final Map<Key, Count> counts = new HashMap<>();

    /** Joins {@code store}. */
    public MemoryUsageStore(MemoryStore store) {
        this.tables = store.tables();
    }

    private static Key key(TenantId tenant, Count count) {
        return new Key(new Day(tenant, count.site(), count.day()), count.dimension(), count.cell());
    }

    @Override
    public void add(TenantId tenant, List<Count> added) {
        for (Count count : added) {
            Key key = key(tenant, count);
            if (!days.containsKey(key.day())) {
                tables.put(days, key.day(), false);
            }
            Count before = counts.get(key);
            tables.put(
                    counts,
                    key,
                    before == null
                            ? count
                            : new Count(
                                    count.site(),
                                    count.day(),
                                    count.dimension(),
                                    count.cell(),
                                    before.events() + count.events(),
                                    before.visitors() + count.visitors()));
        }
    }

    @Override
    public List<Count> of(Day day) {
        tables.all(counts);
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().day().equals(day))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public List<Count> sealed(TenantId tenant, String site, LocalDate from, LocalDate to) {
        return from.datesUntil(from.isBefore(to) ? to : from)
                .map(each -> new Day(tenant, site, each))
                .filter(day -> days.getOrDefault(day, false))
                .flatMap(day -> of(day).stream())
                .toList();
    }

    @Override
    public List<Day> open(LocalDate before, int limit) {
        tables.all(days);
        return days.entrySet().stream()
                .filter(entry -> !entry.getValue() && entry.getKey().day().isBefore(before))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Day::day)
                        .thenComparing(Day::tenant)
                        .thenComparing(Day::site))
                .limit(limit)
                .toList();
    }

    @Override
    public boolean lockOpen(Day day) {
        tables.all(days);
        return Boolean.FALSE.equals(days.get(day));
    }

    @Override
    public void seal(Day day, List<Count> sealed) {
        of(day).forEach(count -> tables.remove(counts, key(day.tenant(), count)));
        sealed.forEach(count -> tables.put(counts, key(day.tenant(), count), count));
        tables.put(days, day, true);
    }

    @Override
    public long countBefore(TenantId tenant, LocalDate before) {
        tables.all(days);
        return before(tenant, before).count();
    }

    private Stream<Day> before(TenantId tenant, LocalDate before) {
        return days.keySet().stream()
                .filter(day -> day.tenant().equals(tenant) && day.day().isBefore(before));
    }

    @Override
    public int removeBefore(TenantId tenant, LocalDate before, int limit) {
        List<Day> old = before(tenant, before)
                .sorted(Comparator.comparing(Day::day).thenComparing(Day::site))
                .limit(limit)
                .toList();
        old.forEach(day -> {
            of(day).forEach(count -> tables.remove(counts, key(tenant, count)));
            tables.remove(days, day);
        });
        return old.size();
    }
}
