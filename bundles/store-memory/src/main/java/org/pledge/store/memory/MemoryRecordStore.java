package org.pledge.store.memory;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.ExternalRequestStore.ExternalRequest;
import org.pledge.rights.spi.RecordStore;
import org.pledge.rights.spi.StatementStore;
import org.pledge.rights.spi.StatusCallbackStore.StatusCallback;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.subject.spi.SubjectStore.Removal;

/** Ends records of what is over, within the transactions of a {@link MemoryStore}. */
public final class MemoryRecordStore implements RecordStore {
    private static final Set<Type> REMOVALS = EnumSet.of(Type.ERASURE, Type.CHILD_REMOVAL);
    private static final Set<Type> LASTING = EnumSet.of(Type.RESTRICTION, Type.OBJECTION);

    private final MemoryStore store;
    private final Tables tables;

    /** Joins {@code store}. */
    public MemoryRecordStore(MemoryStore store) {
        this.store = store;
        this.tables = store.tables();
    }

    @Override
    public long count(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held) {
        return due(kind, tenant, before, held).size();
    }

    @Override
    public int remove(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held, int limit) {
        List<Runnable> due = kind == Kind.DISCLOSURE
                ? disclosures(tenant, before, held, one -> neverLeft(one) || isStated(tenant, one.subject()))
                : due(kind, tenant, before, held);
        List<Runnable> removals = due.stream().limit(limit).toList();
        removals.forEach(Runnable::run);
        return removals.size();
    }

    @Override
    public List<SubjectId> unstated(
            TenantId tenant, Instant before, Set<SubjectId> held, Optional<SubjectId> after, int limit) {
        return settled(tenant, before, held)
                .filter(one -> !neverLeft(one) && !isStated(tenant, one.subject()))
                .map(Disclosure::subject)
                .filter(subject -> !store.removals(tenant, subject).isEmpty())
                .filter(subject ->
                        after.filter(last -> subject.compareTo(last) <= 0).isEmpty())
                .distinct()
                .sorted()
                .limit(limit)
                .toList();
    }

    private List<Runnable> due(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held) {
        return switch (kind) {
            case REQUEST -> requests(tenant, before, held);
            case BREACH -> breaches(tenant, before, held);
            case MESSAGE -> messages(tenant, before);
            case DISCLOSURE -> disclosures(tenant, before, held, one -> true);
            case NOTICE -> notices(tenant, before, held);
            case CALLBACK -> callbacks(tenant, before, held);
            case REMOVAL -> removals(tenant, before, held);
            case SWEEP -> sweeps(tenant, before);
        };
    }

    private boolean isThere(TenantId tenant, SubjectId subject) {
        return store.person(tenant, subject).isPresent();
    }

    private Stream<Disclosure> disclosures(TenantId tenant) {
        return tables.all(tables.disclosures).map(StoredDisclosure::disclosure).filter(one -> one.tenant()
                .equals(tenant));
    }

    private Stream<Notice> notices(TenantId tenant) {
        return tables.all(tables.notices).map(StoredNotice::notice).filter(one -> one.tenant()
                .equals(tenant));
    }

    private Stream<Request> requests(TenantId tenant) {
        return tables.all(tables.requests).filter(one -> one.tenant().equals(tenant));
    }

    private static boolean isFulfilled(Request request) {
        return request.state() == org.pledge.rights.RightsService.State.FULFILLED;
    }

    private static boolean closedBy(Request request, Instant before) {
        return request.closing().filter(end -> !end.at().isAfter(before)).isPresent();
    }

    private List<Runnable> requests(TenantId tenant, Instant before, Set<SubjectId> held) {
        return requests(tenant)
                .filter(one -> closedBy(one, before) && !held.contains(one.subject()))
                .filter(one -> !isFulfilled(one) || !isNeeded(one))
                .sorted(Comparator.comparing(one -> one.closing().orElseThrow().at()))
                .<Runnable>map(one -> () -> {
                    Tables.Key<UUID> key = new Tables.Key<>(tenant, one.id());
                    tables.remove(tables.codes, key);
                    tables.remove(tables.exports, key);
                    tables.remove(
                            tables.statements,
                            new Tables.Key<>(tenant, List.<Object>of(StatementStore.Kind.REQUEST, one.id())));
                    store.externalOf(tenant, one.id()).ifPresent(this::remove);
                    tables.remove(tables.requests, key);
                })
                .toList();
    }

    private boolean isNeeded(Request request) {
        return LASTING.contains(request.type()) && isThere(request.tenant(), request.subject())
                || REMOVALS.contains(request.type())
                        && disclosures(request.tenant())
                                .anyMatch(one -> one.subject().equals(request.subject()));
    }

    private void remove(ExternalRequest message) {
        tables.remove(
                tables.external,
                new Tables.Key<>(
                        message.tenant(), ByteBuffer.wrap(message.token().clone())));
    }

    private List<Runnable> breaches(TenantId tenant, Instant before, Set<SubjectId> held) {
        return tables.all(tables.breaches)
                .filter(one -> one.tenant().equals(tenant)
                        && one.state().ended()
                        && !one.changed().isAfter(before))
                .filter(one -> told(one)
                        .noneMatch(key -> held.contains((SubjectId) key.id().get(1))))
                .sorted(Comparator.comparing(Breach::changed))
                .<Runnable>map(one -> () -> {
                    told(one).toList().forEach(key -> tables.remove(tables.told, key));
                    tables.remove(tables.breaches, new Tables.Key<>(tenant, one.id()));
                })
                .toList();
    }

    private Stream<Tables.Key<List<Object>>> told(Breach breach) {
        return tables.told.keySet().stream()
                .filter(key ->
                        key.tenant().equals(breach.tenant()) && key.id().get(0).equals(breach.id()));
    }

    private List<Runnable> messages(TenantId tenant, Instant before) {
        return tables.all(tables.external)
                .filter(one -> one.tenant().equals(tenant) && !one.received().isAfter(before))
                .filter(one ->
                        one.request().flatMap(id -> store.request(tenant, id)).isEmpty())
                .sorted(Comparator.comparing(ExternalRequest::received))
                .<Runnable>map(one -> () -> remove(one))
                .toList();
    }

    private List<Runnable> disclosures(
            TenantId tenant, Instant before, Set<SubjectId> held, Predicate<Disclosure> which) {
        return settled(tenant, before, held)
                .filter(which)
                .sorted(Comparator.comparing(Disclosure::created))
                .<Runnable>map(one -> () -> tables.remove(tables.disclosures, new Tables.Key<>(tenant, one.id())))
                .toList();
    }

    private Stream<Disclosure> settled(TenantId tenant, Instant before, Set<SubjectId> held) {
        return disclosures(tenant)
                .filter(one -> !one.created().isAfter(before) && !held.contains(one.subject()))
                .filter(one -> one.legalCase().isEmpty()
                        || one.legalCase()
                                .flatMap(id -> store.legalCase(tenant, id))
                                .filter(legalCase -> !legalCase.expires().isAfter(before))
                                .isPresent())
                .filter(one -> EnumSet.of(State.DELIVERED, State.CANCELLED, State.DROPPED)
                        .contains(one.state()))
                .filter(one -> neverLeft(one) || isOver(tenant, one.subject(), before));
    }

    private static boolean neverLeft(Disclosure one) {
        return one.attempts() == 0 && one.state() != State.DELIVERED;
    }

    /** Whether nobody is there of whom the recipients would be asked for again. */
    private boolean isOver(TenantId tenant, SubjectId subject, Instant before) {
        return !isThere(tenant, subject)
                && requests(tenant).filter(one -> one.subject().equals(subject)).allMatch(one -> closedBy(one, before))
                && notices(tenant)
                        .filter(one -> one.subject().equals(subject))
                        .allMatch(one -> one.settled()
                                && !one.created().isAfter(before)
                                && one.confirmed()
                                        .filter(at -> at.isAfter(before))
                                        .isEmpty());
    }

    private boolean isStated(TenantId tenant, SubjectId subject) {
        return store.statement(tenant, StatementStore.Kind.PERSON, subject.toUuid())
                        .isPresent()
                || requests(tenant)
                        .filter(one ->
                                one.subject().equals(subject) && REMOVALS.contains(one.type()) && isFulfilled(one))
                        .anyMatch(one -> store.statement(tenant, StatementStore.Kind.REQUEST, one.id())
                                .isPresent());
    }

    private List<Runnable> removals(TenantId tenant, Instant before, Set<SubjectId> held) {
        return tables.removals.keySet().stream()
                .filter(key -> key.tenant().equals(tenant) && !held.contains(key.id()) && !isThere(tenant, key.id()))
                .filter(key -> !last(key).isAfter(before))
                .filter(key -> tables.get(tables.statements, statement(key))
                        .filter(one -> one.created().isAfter(before))
                        .isEmpty())
                .filter(key -> requests(tenant).noneMatch(one -> one.subject().equals(key.id())))
                .filter(key -> notices(tenant).noneMatch(one -> one.subject().equals(key.id())))
                .filter(key ->
                        disclosures(tenant).noneMatch(one -> one.subject().equals(key.id())))
                .sorted(Comparator.comparing(this::last))
                .<Runnable>map(key -> () -> {
                    tables.remove(tables.statements, statement(key));
                    tables.remove(tables.removals, key);
                })
                .toList();
    }

    private List<Runnable> sweeps(TenantId tenant, Instant before) {
        return tables.all(tables.certificates)
                .filter(one -> one.tenant().equals(tenant) && !one.at().isAfter(before))
                .filter(one -> tables.get(tables.statements, statement(one))
                        .filter(signed -> signed.created().isAfter(before))
                        .isEmpty())
                .sorted(Comparator.comparing(Certificate::at))
                .<Runnable>map(one -> () -> {
                    tables.remove(tables.statements, statement(one));
                    tables.remove(tables.certificates, new Tables.Key<>(tenant, one.id()));
                })
                .toList();
    }

    private static Tables.Key<List<Object>> statement(Certificate sweep) {
        return new Tables.Key<>(sweep.tenant(), List.of(StatementStore.Kind.SWEEP, sweep.id()));
    }

    private Instant last(Tables.Key<SubjectId> removed) {
        return store.removals(removed.tenant(), removed.id()).stream()
                .map(Removal::at)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Tables.Key<List<Object>> statement(Tables.Key<SubjectId> removed) {
        return new Tables.Key<>(
                removed.tenant(),
                List.of(StatementStore.Kind.PERSON, removed.id().toUuid()));
    }

    private List<Runnable> notices(TenantId tenant, Instant before, Set<SubjectId> held) {
        return notices(tenant)
                .filter(one -> one.settled()
                        && !one.confirmed().orElse(one.created()).isAfter(before)
                        && !held.contains(one.subject())
                        && !isThere(tenant, one.subject()))
                .filter(one -> disclosures(tenant)
                        .noneMatch(disclosure -> disclosure.subject().equals(one.subject())))
                .sorted(Comparator.comparing(Notice::created))
                .<Runnable>map(one -> () -> tables.remove(tables.notices, new Tables.Key<>(tenant, one.id())))
                .toList();
    }

    private List<Runnable> callbacks(TenantId tenant, Instant before, Set<SubjectId> held) {
        return tables.all(tables.callbacks)
                .filter(one -> one.tenant().equals(tenant))
                .filter(one -> store.request(tenant, one.request())
                        .filter(request -> !closedBy(request, before) || held.contains(request.subject()))
                        .isEmpty())
                .sorted(Comparator.comparing(StatusCallback::request).thenComparing(StatusCallback::partner))
                .<Runnable>map(one -> () -> store.removeCallback(one))
                .toList();
    }
}
