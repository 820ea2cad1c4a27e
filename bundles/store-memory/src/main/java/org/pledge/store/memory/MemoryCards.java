package org.pledge.store.memory;

import java.time.YearMonth;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.vault.Network;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.spi.VaultStore;

/** Cards and requests in the maps of {@link VaultTables}. */
interface MemoryCards extends VaultStore {
    /** Where it is kept. */
    VaultTables tables();

    @Override
    default void addCard(StoredCard card) {
        Tables.Key<String> key = key(card);
        if (lockCardByLookup(card.tenant(), card.lookup()).isPresent()
                || !tables().units.putIfAbsent(tables().cards, key, copy(card))) {
            throw Tables.clash();
        }
    }

    @Override
    default void putCard(StoredCard card) {
        Tables.Key<String> key = key(card);
        Tables.check(tables().units.get(tables().cards, key).isPresent(), "the card does not exist");
        if (lockCardByLookup(card.tenant(), card.lookup())
                .filter(other -> !other.token().equals(card.token()))
                .isPresent()) {
            throw Tables.clash();
        }
        tables().units.put(tables().cards, key, copy(card));
    }

    @Override
    default Optional<StoredCard> card(TenantId tenant, String token) {
        return tables().units
                .get(tables().cards, new Tables.Key<>(tenant, token))
                .map(MemoryCards::copy);
    }

    @Override
    default Optional<StoredCard> lockCard(TenantId tenant, String token) {
        return card(tenant, token);
    }

    @Override
    default Optional<StoredCard> lockCardByLookup(TenantId tenant, byte[] lookup) {
        return cards(tenant, card -> Arrays.equals(card.lookup(), lookup)).findFirst();
    }

    @Override
    default List<StoredCard> cards(TenantId tenant, SubjectId customer) {
        return cards(tenant, card -> card.customer().equals(customer))
                .sorted(Comparator.comparing(StoredCard::stored)
                        .thenComparing(StoredCard::token)
                        .reversed())
                .toList();
    }

    @Override
    default void removeCard(TenantId tenant, String token) {
        tables().units.remove(tables().cards, new Tables.Key<>(tenant, token));
    }

    @Override
    default Map<Network, Long> cardsByNetwork(TenantId tenant) {
        return cards(tenant, card -> true).collect(Collectors.groupingBy(StoredCard::network, Collectors.counting()));
    }

    @Override
    default long expired(TenantId tenant, YearMonth month) {
        return cards(tenant, card -> card.expires().isBefore(month)).count();
    }

    @Override
    default void putRequest(Request request) {
        tables().units.put(tables().requests, new Tables.Key<>(request.tenant(), request.id()), request);
    }

    @Override
    default Optional<Request> lockRequest(TenantId tenant, UUID id) {
        return tables().units.get(tables().requests, new Tables.Key<>(tenant, id));
    }

    @Override
    default List<Request> requests(TenantId tenant, int limit) {
        return tables().units
                .all(tables().requests)
                .filter(request -> request.tenant().equals(tenant))
                .sorted(Comparator.comparing(Request::opened)
                        .thenComparing(Request::id, Tables.AS_BYTES)
                        .reversed())
                .limit(limit)
                .toList();
    }

    private Stream<StoredCard> cards(TenantId tenant, Predicate<StoredCard> which) {
        return tables().units
                .all(tables().cards)
                .filter(card -> card.tenant().equals(tenant) && which.test(card))
                .map(MemoryCards::copy);
    }

    private static Tables.Key<String> key(StoredCard card) {
        return new Tables.Key<>(card.tenant(), card.token());
    }

    private static StoredCard copy(StoredCard card) {
        return new StoredCard(
                card.tenant(),
                card.id(),
                card.token(),
                card.customer(),
                card.lookup().clone(),
                card.network(),
                card.lastFour(),
                card.expires(),
                card.securityCodeGiven(),
                card.number().clone(),
                card.holder().clone(),
                card.stored());
    }
}
