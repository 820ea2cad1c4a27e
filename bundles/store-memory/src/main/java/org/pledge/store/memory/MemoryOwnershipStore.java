package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService.Counts;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Result;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.ownership.spi.OwnershipStore;
import org.pledge.sharing.SharingService.State;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Transfers in maps, within the transactions of a {@link MemoryStore}. */
public final class MemoryOwnershipStore implements OwnershipStore {
    private record Person(TenantId tenant, UUID id, SubjectId subject) {}

    private static final Set<State> UNDELIVERED = EnumSet.of(State.PARKED, State.CANCELLED, State.DROPPED);

    private final Tables tables;
    private final Map<Tables.Key<UUID>, Transfer> transfers = new HashMap<>();
    private final Map<Person, Objection> objections = new HashMap<>();
    private final Map<Person, Result> results = new HashMap<>();
    private final Map<Person, Notice> notices = new HashMap<>();

    /** Joins {@code store}. */
    public MemoryOwnershipStore(MemoryStore store) {
        this.tables = store.tables();
    }

    @Override
    public void putTransfer(Transfer transfer) {
        tables.put(transfers, new Tables.Key<>(transfer.tenant(), transfer.id()), transfer);
    }

    @Override
    public List<Transfer> transfers(TenantId tenant) {
        return tables.all(transfers)
                .filter(transfer -> transfer.tenant().equals(tenant))
                .sorted(Comparator.comparing(Transfer::opened).reversed().thenComparing(Transfer::id, Tables.AS_BYTES))
                .toList();
    }

    @Override
    public Optional<Transfer> lockTransfer(TenantId tenant, UUID id) {
        return tables.get(transfers, new Tables.Key<>(tenant, id));
    }

    @Override
    public boolean object(TenantId tenant, UUID id, Objection objection) {
        Person key = new Person(tenant, id, objection.subject());
        boolean absent = tables.get(objections, key).isEmpty();
        if (absent) {
            tables.put(objections, key, objection);
        }
        return absent;
    }

    @Override
    public Optional<Objection> objection(TenantId tenant, UUID id, SubjectId subject) {
        return tables.get(objections, new Person(tenant, id, subject));
    }

    @Override
    public List<Objection> objections(TenantId tenant, UUID id, Optional<SubjectId> after, int limit) {
        tables.unit();
        return objections.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant)
                        && entry.getKey().id().equals(id))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparing(Objection::subject))
                .filter(one -> after.isEmpty() || one.subject().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public void putResult(
            TenantId tenant, UUID id, SubjectId subject, Result result, Optional<UUID> disclosure, Instant at) {
        tables.put(results, new Person(tenant, id, subject), result);
    }

    @Override
    public Optional<Result> result(TenantId tenant, UUID id, SubjectId subject) {
        return tables.get(results, new Person(tenant, id, subject));
    }

    @Override
    public Counts counts(TenantId tenant, UUID id) {
        long objected =
                objections(tenant, id, Optional.empty(), Integer.MAX_VALUE).size();
        return new Counts(
                objected,
                count(tenant, id, Result.DISCLOSED),
                count(tenant, id, Result.REFUSED),
                count(tenant, id, Result.EXCLUDED),
                count(tenant, id, Result.UNTOLD));
    }

    @Override
    public boolean tell(TenantId tenant, UUID id, Notice notice) {
        Person key = new Person(tenant, id, notice.subject());
        Optional<Notice> before = tables.get(notices, key);
        boolean changes = before.filter(one -> one.telling().told()).isEmpty();
        if (changes) {
            tables.put(notices, key, notice);
        }
        return changes;
    }

    @Override
    public int loseUndelivered(TenantId tenant, UUID id) {
        tables.unit();
        List<Person> lost = notices.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant)
                        && entry.getKey().id().equals(id)
                        && entry.getValue().telling() == Telling.QUEUED)
                .filter(entry -> entry.getValue()
                        .message()
                        .flatMap(message -> tables.get(tables.disclosures, new Tables.Key<>(tenant, message)))
                        .filter(message ->
                                UNDELIVERED.contains(message.disclosure().state()))
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
        lost.forEach(key -> {
            Notice before = notices.get(key);
            tables.put(notices, key, new Notice(before.subject(), Telling.UNREACHED, before.at(), before.message()));
        });
        return lost.size();
    }

    @Override
    public Optional<Notice> notice(TenantId tenant, UUID id, SubjectId subject) {
        return tables.get(notices, new Person(tenant, id, subject));
    }

    @Override
    public List<SubjectId> untold(TenantId tenant, UUID id, Optional<String> tier, int limit) {
        return inScope(tenant, tier)
                .filter(subject -> notice(tenant, id, subject).isEmpty())
                .limit(limit)
                .toList();
    }

    @Override
    public List<SubjectId> unreachedSince(TenantId tenant, UUID id, Optional<String> tier, Instant tried, int limit) {
        return inScope(tenant, tier)
                .filter(subject -> notice(tenant, id, subject)
                        .filter(notice ->
                                !notice.telling().told() && !notice.at().isAfter(tried))
                        .isPresent())
                .limit(limit)
                .toList();
    }

    private Stream<SubjectId> inScope(TenantId tenant, Optional<String> tier) {
        return tables.all(tables.people)
                .filter(person -> person.tenant().equals(tenant))
                .filter(person -> tier.isEmpty()
                        || tables.get(tables.accounts, new Tables.Key<>(tenant, person.account()))
                                .filter(account -> account.tier().equals(tier.get()))
                                .isPresent())
                .map(StoredPerson::id)
                .filter(subject -> !tables.get(tables.marks, new Tables.Key<>(tenant, subject))
                        .orElse(Set.of())
                        .contains(Mark.ERASED))
                .sorted();
    }

    @Override
    public List<Notice> unreached(TenantId tenant, UUID id, Optional<SubjectId> after, int limit) {
        return inScope(tenant, Optional.empty())
                .flatMap(subject -> notice(tenant, id, subject).stream())
                .filter(notice -> !notice.telling().told())
                .filter(notice -> after.isEmpty() || notice.subject().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public Reach reach(TenantId tenant, UUID id, Optional<String> tier) {
        List<Notice> all = inScope(tenant, tier)
                .flatMap(subject -> notice(tenant, id, subject).stream())
                .toList();
        return new Reach(
                inScope(tenant, tier).count(),
                all.stream().filter(notice -> notice.telling().told()).count(),
                all.stream().filter(notice -> !notice.telling().told()).count(),
                all.stream()
                        .filter(notice -> notice.telling().told())
                        .map(Notice::at)
                        .max(Comparator.naturalOrder()),
                all.stream()
                        .filter(notice -> !notice.telling().told())
                        .map(notice -> notice.at().plus(OwnershipNotices.PAUSE))
                        .min(Comparator.naturalOrder()));
    }

    private long count(TenantId tenant, UUID id, Result result) {
        return results.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant)
                        && entry.getKey().id().equals(id)
                        && entry.getValue() == result)
                .count();
    }
}
