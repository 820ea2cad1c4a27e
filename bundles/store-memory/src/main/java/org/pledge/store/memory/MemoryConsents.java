package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.spi.ConsentStore;

/** Consents in the maps of {@link Tables}. */
interface MemoryConsents extends ConsentStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default long nextEpoch(TenantId tenant, SubjectId subject) {
        long next = lockEpoch(tenant, subject).orElse(0) + 1;
        tables().put(tables().epochs, new Tables.Key<>(tenant, subject), next);
        return next;
    }

    @Override
    default OptionalLong lockEpoch(TenantId tenant, SubjectId subject) {
        return tables().get(tables().epochs, new Tables.Key<>(tenant, subject))
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    default OptionalLong lockEpochExclusively(TenantId tenant, SubjectId subject) {
        return lockEpoch(tenant, subject);
    }

    @Override
    default void append(Event event) {
        tables().unit();
        long sequence = ++tables().lastEvent;
        tables().put(
                        tables().events,
                        sequence,
                        new Event(
                                sequence,
                                event.id(),
                                event.tenant(),
                                event.subject(),
                                event.kind(),
                                event.at(),
                                event.epoch(),
                                event.purpose(),
                                event.recipient(),
                                event.categories(),
                                event.level(),
                                event.expires(),
                                event.policyVersion(),
                                event.jurisdiction(),
                                event.wording(),
                                event.actor()));
    }

    @Override
    default List<Event> history(TenantId tenant, SubjectId subject) {
        return tables().all(tables().events)
                .filter(event ->
                        event.tenant().equals(tenant) && event.subject().equals(subject))
                .sorted(Comparator.comparing(Event::epoch).thenComparing(Event::sequence))
                .toList();
    }

    @Override
    default List<Event> log(long after, int limit) {
        return tables().all(tables().events.tailMap(after, false)).limit(limit).toList();
    }

    private static Tables.Key<List<Object>> key(Authorisation authorisation) {
        return new Tables.Key<>(authorisation.tenant(), List.of(authorisation.child(), authorisation.purpose()));
    }

    @Override
    default void putAuthorisation(Authorisation authorisation) {
        tables().put(tables().authorisations, key(authorisation), authorisation);
    }

    @Override
    default List<Authorisation> authorisations(TenantId tenant, SubjectId child) {
        return tables().all(tables().authorisations)
                .filter(one -> one.tenant().equals(tenant) && one.child().equals(child))
                .sorted(Comparator.comparing(Authorisation::purpose))
                .toList();
    }

    @Override
    default List<Authorisation> authorisationsBy(TenantId tenant, SubjectId guardian) {
        return tables().all(tables().authorisations)
                .filter(one -> one.tenant().equals(tenant) && one.guardian().equals(guardian))
                .sorted(Comparator.comparing(Authorisation::child).thenComparing(Authorisation::purpose))
                .toList();
    }

    @Override
    default void removeAuthorisations(TenantId tenant, SubjectId child) {
        authorisations(tenant, child).forEach(one -> tables().remove(tables().authorisations, key(one)));
    }

    private Stream<Authorisation> endedAuthorisations(TenantId tenant, Instant before, Set<SubjectId> held) {
        return tables().all(tables().authorisations)
                .filter(one -> one.tenant().equals(tenant) && !one.until().isAfter(before))
                .filter(one -> !held.contains(one.child()) && !held.contains(one.guardian()))
                .sorted(Comparator.comparing(Authorisation::until)
                        .thenComparing(Authorisation::child)
                        .thenComparing(Authorisation::purpose));
    }

    @Override
    default long countEndedAuthorisations(TenantId tenant, Instant before, Set<SubjectId> held) {
        return endedAuthorisations(tenant, before, held).count();
    }

    @Override
    default List<Authorisation> removeEndedAuthorisations(
            TenantId tenant, Instant before, Set<SubjectId> held, int limit) {
        List<Authorisation> ended =
                endedAuthorisations(tenant, before, held).limit(limit).toList();
        ended.forEach(one -> tables().remove(tables().authorisations, key(one)));
        return ended;
    }
}
