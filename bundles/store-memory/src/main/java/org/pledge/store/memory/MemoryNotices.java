package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore;

/** Notices in the maps of {@link Tables}. */
interface MemoryNotices extends NoticeStore {
    Comparator<Notice> OLDEST_NOTICE_FIRST =
            Comparator.comparing(Notice::created).thenComparing(Notice::id, Tables.AS_BYTES);

    /** Where it is kept. */
    Tables tables();

    @Override
    default void lockPerson(TenantId tenant, SubjectId subject) {
        tables().unit();
    }

    @Override
    default List<Disclosure> sent(TenantId tenant, SubjectId subject) {
        return MemorySharing.disclosures(
                        tables(),
                        tenant,
                        disclosure -> disclosure.subject().equals(subject) && disclosure.attempts() > 0)
                .map(SharingStore.StoredDisclosure::disclosure)
                .sorted(MemorySharing.OLDEST_FIRST)
                .toList();
    }

    @Override
    default void addNotice(StoredNotice notice) {
        Tables.Key<UUID> key = key(notice.notice());
        Tables.check(tables().get(tables().notices, key).isEmpty(), "the notice exists");
        tables().put(tables().notices, key, notice);
    }

    @Override
    default void putNotice(StoredNotice notice) {
        Tables.Key<UUID> key = key(notice.notice());
        Tables.check(tables().get(tables().notices, key).isPresent(), "the notice does not exist");
        tables().put(tables().notices, key, notice);
    }

    @Override
    default Optional<StoredNotice> notice(TenantId tenant, UUID id) {
        return tables().get(tables().notices, new Tables.Key<>(tenant, id));
    }

    @Override
    default Optional<StoredNotice> lockNotice(TenantId tenant, UUID id) {
        return notice(tenant, id);
    }

    @Override
    default List<StoredNotice> lockNotices(TenantId tenant, SubjectId subject, Outbox.Kind kind) {
        return notices(
                        tenant,
                        notice -> notice.subject().equals(subject)
                                && notice.kind() == kind
                                && notice.state() != NoticeService.State.DROPPED)
                .sorted(Comparator.comparing(StoredNotice::notice, OLDEST_NOTICE_FIRST))
                .toList();
    }

    @Override
    default List<StoredNotice> lockDueNotices(TenantId tenant, String partner, Instant now, int limit) {
        return notices(tenant, notice -> notice.partner().equals(partner))
                .filter(stored -> isDue(stored.sendDue(), now))
                .filter(stored -> !mustWait(stored.notice(), now))
                .sorted(Comparator.comparing(
                                (StoredNotice stored) -> stored.sendDue().orElse(Instant.MAX))
                        .thenComparing(stored -> stored.notice().id(), Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    private boolean mustWait(Notice notice, Instant now) {
        boolean forANotice = notices(
                        notice.tenant(),
                        other -> !other.id().equals(notice.id())
                                && other.subject().equals(notice.subject())
                                && other.partner().equals(notice.partner()))
                .anyMatch(other -> other.sendDue().isPresent()
                                && OLDEST_NOTICE_FIRST.compare(other.notice(), notice) < 0
                        || other.notice().state() == NoticeService.State.SENDING && !isDue(other.claimedUntil(), now));
        return forANotice
                || notice.disclosures().stream()
                        .flatMap(id ->
                                tables().get(tables().disclosures, new Tables.Key<>(notice.tenant(), id)).stream())
                        .anyMatch(stored ->
                                stored.disclosure().state() == State.SENDING && !isDue(stored.claimedUntil(), now));
    }

    private static boolean isDue(Optional<Instant> at, Instant now) {
        return at.filter(due -> !due.isAfter(now)).isPresent();
    }

    @Override
    default Optional<Instant> nextDueNotice(TenantId tenant, String partner) {
        return notices(tenant, notice -> notice.partner().equals(partner))
                .flatMap(stored -> stored.sendDue().stream())
                .min(Comparator.naturalOrder());
    }

    @Override
    default List<Notice> noticesOfSubject(
            TenantId tenant, SubjectId subject, Optional<SharingStore.Position> before, int limit) {
        return notices(tenant, notice -> notice.subject().equals(subject))
                .map(StoredNotice::notice)
                .filter(notice ->
                        before.isEmpty() || MemorySharing.isBefore(notice.created(), notice.id(), before.get()))
                .sorted(OLDEST_NOTICE_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    @Override
    default List<Notice> noticesInState(
            TenantId tenant, NoticeService.State state, Optional<SharingStore.Position> after, int limit) {
        return notices(tenant, notice -> notice.state() == state)
                .map(StoredNotice::notice)
                .filter(notice -> after.isEmpty() || MemorySharing.isAfter(notice.created(), notice.id(), after.get()))
                .sorted(OLDEST_NOTICE_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    default List<Notice> overdueNotices(TenantId tenant, Instant now, int limit) {
        return overdue(tenant, now).map(StoredNotice::notice).limit(limit).toList();
    }

    @Override
    default List<StoredNotice> lockNewlyOverdue(TenantId tenant, Instant now, int limit) {
        return overdue(tenant, now)
                .filter(stored -> !stored.notice().overdue())
                .limit(limit)
                .toList();
    }

    @Override
    default List<StoredNotice> lockSilent(TenantId tenant, Instant first, Instant again, Instant inVain, int limit) {
        return notices(tenant, notice -> {
                    NoticeService.Silence silence = notice.silence();
                    Instant reminded = silence.escalated() ? inVain : again;
                    return isDue(silence.since(), silence.reminders() == 0 ? first : reminded);
                })
                .sorted(Comparator.comparing((StoredNotice stored) ->
                                stored.notice().silence().since().orElse(Instant.MAX))
                        .thenComparing(stored -> stored.notice().id(), Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    @Override
    default List<Awaited> awaited(TenantId tenant, Instant now) {
        record Group(String partner, NoticeService.State state) {}
        return notices(tenant, notice -> isAwaited(notice))
                .map(StoredNotice::notice)
                .collect(Collectors.groupingBy(notice -> new Group(notice.partner(), notice.state())))
                .entrySet()
                .stream()
                .map(group -> new Awaited(
                        group.getKey().partner(),
                        group.getKey().state(),
                        group.getValue().size(),
                        group.getValue().stream()
                                .filter(notice -> !notice.due().isAfter(now))
                                .count(),
                        group.getValue().stream()
                                .filter(notice -> notice.silence().escalated())
                                .count(),
                        group.getValue().stream()
                                .map(Notice::created)
                                .min(Comparator.naturalOrder())
                                .orElseThrow()))
                .toList();
    }

    private static boolean isAwaited(Notice notice) {
        return notice.confirmed().isEmpty() && notice.state() != NoticeService.State.SUPERSEDED;
    }

    private Stream<StoredNotice> overdue(TenantId tenant, Instant now) {
        return notices(tenant, notice -> isAwaited(notice) && !notice.due().isAfter(now))
                .sorted(Comparator.comparing(
                                (StoredNotice stored) -> stored.notice().due())
                        .thenComparing(stored -> stored.notice().id(), Tables.AS_BYTES));
    }

    private Stream<StoredNotice> notices(TenantId tenant, Predicate<Notice> which) {
        return tables().all(tables().notices)
                .filter(stored -> stored.notice().tenant().equals(tenant) && which.test(stored.notice()));
    }

    private static Tables.Key<UUID> key(Notice notice) {
        return new Tables.Key<>(notice.tenant(), notice.id());
    }
}
