package org.pledge.store.memory;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.visitor.spi.LinkStore;

/** Links of devices and their records in maps, within the transactions of a {@link MemoryStore}. */
public final class MemoryLinkStore implements LinkStore {
    private static final Comparator<StoredRecord> IN_ORDER =
            Comparator.comparing(StoredRecord::day).thenComparing(StoredRecord::id, Tables.AS_BYTES);

    private final Tables tables;
    private final Map<Tables.Key<UUID>, StoredLink> links = new HashMap<>();
    private final Map<Tables.Key<SubjectId>, Boolean> erased = new HashMap<>();
    private final Map<Tables.Key<UUID>, StoredRecord> records = new HashMap<>();

    /** Joins {@code store}. */
    public MemoryLinkStore(MemoryStore store) {
        this.tables = store.tables();
    }

    @Override
    public boolean addLink(StoredLink link) {
        boolean absent = lockLink(link.tenant(), link.token()).isEmpty();
        if (absent) {
            tables.put(links, new Tables.Key<>(link.tenant(), link.id()), link);
        }
        return absent;
    }

    @Override
    public Optional<StoredLink> lockLink(TenantId tenant, byte[] token) {
        return tables.all(links)
                .filter(link -> link.tenant().equals(tenant) && Arrays.equals(link.token(), token))
                .findFirst();
    }

    @Override
    public List<StoredLink> links(TenantId tenant, SubjectId subject) {
        return tables.all(links)
                .filter(link -> link.tenant().equals(tenant) && link.subject().equals(subject))
                .sorted(Comparator.comparing(StoredLink::since).thenComparing(StoredLink::id, Tables.AS_BYTES))
                .toList();
    }

    @Override
    public boolean removeLink(TenantId tenant, SubjectId subject, UUID id) {
        boolean there =
                links(tenant, subject).stream().anyMatch(link -> link.id().equals(id));
        if (there) {
            tables.remove(links, new Tables.Key<>(tenant, id));
        }
        remove(of(tenant, subject).filter(one -> one.link().equals(id)));
        return there;
    }

    @Override
    public void erase(TenantId tenant, SubjectId subject) {
        links(tenant, subject).forEach(link -> {
            tables.remove(links, new Tables.Key<>(tenant, link.id()));
            tables.put(erased, new Tables.Key<>(tenant, subject), true);
        });
    }

    private Stream<StoredRecord> erased(TenantId tenant) {
        return tables.all(records)
                .filter(one ->
                        one.tenant().equals(tenant) && erased.containsKey(new Tables.Key<>(tenant, one.subject())))
                .sorted(IN_ORDER);
    }

    @Override
    public long countErased(TenantId tenant) {
        return erased(tenant).count();
    }

    @Override
    public int removeErased(TenantId tenant, int limit) {
        return remove(erased(tenant).limit(limit));
    }

    private Stream<StoredRecord> of(TenantId tenant, SubjectId subject) {
        return tables.all(records)
                .filter(one -> one.tenant().equals(tenant) && one.subject().equals(subject));
    }

    private int remove(Stream<StoredRecord> some) {
        List<StoredRecord> gone = some.toList();
        gone.forEach(one -> tables.remove(records, new Tables.Key<>(one.tenant(), one.id())));
        return gone.size();
    }

    @Override
    public void addRecords(List<StoredRecord> added) {
        added.forEach(one -> tables.put(records, new Tables.Key<>(one.tenant(), one.id()), one));
    }

    @Override
    public List<StoredRecord> records(TenantId tenant, SubjectId subject, int after, int limit) {
        return of(tenant, subject).sorted(IN_ORDER).skip(after).limit(limit).toList();
    }

    @Override
    public Map<String, Long> counts(TenantId tenant, SubjectId subject, UUID link) {
        return of(tenant, subject)
                .filter(one -> one.link().equals(link))
                .collect(Collectors.groupingBy(StoredRecord::category, TreeMap::new, Collectors.counting()));
    }

    private Stream<StoredRecord> before(TenantId tenant, String category, LocalDate day, Set<SubjectId> except) {
        Predicate<StoredRecord> old = one -> one.tenant().equals(tenant)
                && one.category().equals(category)
                && one.day().isBefore(day)
                && !except.contains(one.subject());
        return tables.all(records).filter(old).sorted(IN_ORDER);
    }

    @Override
    public long countBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except) {
        return before(tenant, category, day, except).count();
    }

    @Override
    public int removeBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except, int limit) {
        return remove(before(tenant, category, day, except).limit(limit));
    }
}
