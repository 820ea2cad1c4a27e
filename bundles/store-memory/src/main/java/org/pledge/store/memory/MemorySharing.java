package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;

/** Partners, cases and disclosures in the maps of {@link Tables}. */
interface MemorySharing extends SharingStore {
    Set<State> UNFINISHED = Set.of(State.QUEUED, State.SENDING, State.PARKED);
    Comparator<Disclosure> OLDEST_FIRST =
            Comparator.comparing(Disclosure::created).thenComparing(Disclosure::id, Tables.AS_BYTES);
    Comparator<StoredDisclosure> OLDEST_DUE_FIRST = Comparator.comparing(
                    (StoredDisclosure stored) -> due(stored).orElse(Instant.MAX))
            .thenComparing(StoredDisclosure::disclosure, OLDEST_FIRST);

    /** Where it is kept. */
    Tables tables();

    @Override
    default List<Partner> partners() {
        return tables().all(tables().partners)
                .sorted(Comparator.comparing(Partner::tenant).thenComparing(Partner::name))
                .toList();
    }

    @Override
    default Optional<Partner> lockPartner(TenantId tenant, String name) {
        return tables().get(tables().partners, new Tables.Key<>(tenant, name));
    }

    @Override
    default void putPartner(Partner partner) {
        tables().put(tables().partners, new Tables.Key<>(partner.tenant(), partner.name()), partner);
    }

    @Override
    default void putCase(LegalCase legalCase) {
        tables().put(tables().cases, new Tables.Key<>(legalCase.tenant(), legalCase.id()), legalCase);
    }

    @Override
    default Optional<LegalCase> lockCase(TenantId tenant, UUID id) {
        return legalCase(tenant, id);
    }

    @Override
    default Optional<LegalCase> legalCase(TenantId tenant, UUID id) {
        return tables().get(tables().cases, new Tables.Key<>(tenant, id));
    }

    @Override
    default List<LegalCase> cases(TenantId tenant) {
        return tables().all(tables().cases)
                .filter(legalCase -> legalCase.tenant().equals(tenant))
                .sorted(Comparator.comparing(LegalCase::opened)
                        .thenComparing(LegalCase::id, Tables.AS_BYTES)
                        .reversed())
                .toList();
    }

    @Override
    default void addDisclosure(StoredDisclosure disclosure) {
        Tables.Key<UUID> key = key(disclosure.disclosure());
        Tables.check(tables().get(tables().disclosures, key).isEmpty(), "the disclosure exists");
        tables().put(tables().disclosures, key, copy(disclosure));
    }

    @Override
    default void putDisclosure(StoredDisclosure disclosure) {
        Tables.Key<UUID> key = key(disclosure.disclosure());
        Tables.check(tables().get(tables().disclosures, key).isPresent(), "the disclosure does not exist");
        tables().put(tables().disclosures, key, copy(disclosure));
    }

    @Override
    default Optional<StoredDisclosure> disclosure(TenantId tenant, UUID id) {
        return tables().get(tables().disclosures, new Tables.Key<>(tenant, id)).map(MemorySharing::copy);
    }

    @Override
    default Optional<StoredDisclosure> lockDisclosure(TenantId tenant, UUID id) {
        return disclosure(tenant, id);
    }

    @Override
    default List<StoredDisclosure> lockDue(TenantId tenant, String partner, Instant now, int limit) {
        return disclosures(tables(), tenant, disclosure -> disclosure.partner().equals(partner))
                .filter(stored -> due(stored).filter(due -> !due.isAfter(now)).isPresent())
                .sorted(OLDEST_DUE_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    default List<StoredDisclosure> lockUnfinished(TenantId tenant, SubjectId subject) {
        return disclosures(
                        tables(),
                        tenant,
                        disclosure -> disclosure.subject().equals(subject) && UNFINISHED.contains(disclosure.state()))
                .sorted(Comparator.comparing(StoredDisclosure::disclosure, OLDEST_FIRST))
                .toList();
    }

    @Override
    default List<Disclosure> ofSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        return disclosures(tables(), tenant, disclosure -> disclosure.subject().equals(subject))
                .map(StoredDisclosure::disclosure)
                .filter(disclosure -> before.isEmpty() || isBefore(disclosure.created(), disclosure.id(), before.get()))
                .sorted(OLDEST_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    static boolean isAfter(Instant at, UUID id, Position position) {
        int created = at.compareTo(position.created());
        return created > 0 || created == 0 && Tables.AS_BYTES.compare(id, position.id()) > 0;
    }

    static boolean isBefore(Instant at, UUID id, Position position) {
        int created = at.compareTo(position.created());
        return created < 0 || created == 0 && Tables.AS_BYTES.compare(id, position.id()) < 0;
    }

    @Override
    default List<Disclosure> inState(TenantId tenant, State state, int limit) {
        return disclosures(tables(), tenant, disclosure -> disclosure.state() == state)
                .map(StoredDisclosure::disclosure)
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    default Map<String, Backlog> backlog(TenantId tenant) {
        Map<String, Backlog> backlog = new HashMap<>();
        disclosures(tables(), tenant, disclosure -> Set.of(State.QUEUED, State.SENDING, State.PARKED)
                        .contains(disclosure.state()))
                .map(StoredDisclosure::disclosure)
                .forEach(one -> backlog.merge(
                        one.partner(),
                        one.state() == State.PARKED ? new Backlog(0, 1) : new Backlog(1, 0),
                        (left, right) -> new Backlog(left.queued() + right.queued(), left.parked() + right.parked())));
        return backlog;
    }

    @Override
    default Optional<Instant> nextDue(TenantId tenant, String partner) {
        return disclosures(tables(), tenant, disclosure -> disclosure.partner().equals(partner))
                .flatMap(stored -> due(stored).stream())
                .min(Comparator.naturalOrder());
    }

    static Stream<StoredDisclosure> disclosures(Tables tables, TenantId tenant, Predicate<Disclosure> which) {
        return tables.all(tables.disclosures)
                .filter(stored -> stored.disclosure().tenant().equals(tenant) && which.test(stored.disclosure()))
                .map(MemorySharing::copy);
    }

    private static Optional<Instant> due(StoredDisclosure stored) {
        return switch (stored.disclosure().state()) {
            case QUEUED -> Optional.of(stored.nextAttempt());
            case SENDING -> stored.claimedUntil();
            case DELIVERED, CANCELLED, PARKED, DROPPED -> Optional.empty();
        };
    }

    private static Tables.Key<UUID> key(Disclosure disclosure) {
        return new Tables.Key<>(disclosure.tenant(), disclosure.id());
    }

    private static StoredDisclosure copy(StoredDisclosure stored) {
        return new StoredDisclosure(
                stored.disclosure(), stored.supplied().clone(), stored.nextAttempt(), stored.claimedUntil());
    }
}
