package org.pledge.store.memory;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;

/** The vault's wrapped keys in the maps of {@link VaultTables}. */
interface MemoryCardKeys extends CardKeyStore {
    /** Where it is kept. */
    VaultTables tables();

    @Override
    default Optional<WrappedKey> cardKey(TenantId tenant, UUID card) {
        return tables().units
                .get(tables().cardKeys, new Tables.Key<>(tenant, card))
                .map(MemoryCardKeys::copy);
    }

    @Override
    default boolean putCardKey(TenantId tenant, UUID card, WrappedKey key) {
        return tables().units.putIfAbsent(tables().cardKeys, new Tables.Key<>(tenant, card), copy(key));
    }

    @Override
    default void addCardKey(TenantId tenant, UUID card, WrappedKey key) {
        if (!holdEpochKey(key.epoch()) || !putCardKey(tenant, card, key)) {
            throw Tables.clash();
        }
    }

    @Override
    default boolean replaceCardKey(TenantId tenant, UUID card, WrappedKey before, WrappedKey after) {
        boolean there = cardKey(tenant, card)
                .filter(key -> key.epoch().equals(before.epoch()) && Arrays.equals(key.wrapped(), before.wrapped()))
                .isPresent();
        if (there) {
            tables().units.put(tables().cardKeys, new Tables.Key<>(tenant, card), copy(after));
        }
        return there;
    }

    @Override
    default void removeCardKey(TenantId tenant, UUID card) {
        tables().units.remove(tables().cardKeys, new Tables.Key<>(tenant, card));
    }

    @Override
    default List<CardKey> keysOutside(String epoch, int limit) {
        tables().units.unit();
        return tables().cardKeys.entrySet().stream()
                .filter(entry -> !entry.getValue().epoch().equals(epoch))
                .limit(limit)
                .map(entry ->
                        new CardKey(entry.getKey().tenant(), entry.getKey().id(), copy(entry.getValue())))
                .toList();
    }

    @Override
    default Map<String, Long> keysByEpoch() {
        return tables().units
                .all(tables().cardKeys)
                .collect(Collectors.groupingBy(WrappedKey::epoch, Collectors.counting()));
    }

    @Override
    default List<EpochKey> epochKeys() {
        return tables().units
                .all(tables().epochKeys)
                .sorted(Comparator.comparing(EpochKey::made)
                        .thenComparing(EpochKey::name)
                        .reversed())
                .map(key -> new EpochKey(key.name(), key.wrapped().clone(), key.made()))
                .toList();
    }

    @Override
    default boolean putEpochKey(EpochKey key) {
        return tables().units
                .putIfAbsent(
                        tables().epochKeys,
                        key.name(),
                        new EpochKey(key.name(), key.wrapped().clone(), key.made()));
    }

    @Override
    default boolean holdEpochKey(String name) {
        return tables().units.get(tables().epochKeys, name).isPresent();
    }

    @Override
    default void removeEpochKey(String name) {
        tables().units.remove(tables().epochKeys, name);
    }

    @Override
    default List<IntakeKeyPair> intakeKeys() {
        return tables().units
                .all(tables().intakeKeys)
                .sorted(Comparator.comparing(IntakeKeyPair::made)
                        .thenComparing(IntakeKeyPair::kid)
                        .reversed())
                .map(MemoryCardKeys::copy)
                .toList();
    }

    @Override
    default void putIntakeKey(IntakeKeyPair key) {
        tables().units.put(tables().intakeKeys, key.kid(), copy(key));
    }

    @Override
    default void removeIntakeKey(String kid) {
        tables().units.remove(tables().intakeKeys, kid);
    }

    private static WrappedKey copy(WrappedKey key) {
        return new WrappedKey(key.epoch(), key.wrapped().clone());
    }

    private static IntakeKeyPair copy(IntakeKeyPair key) {
        return new IntakeKeyPair(
                key.kid(), key.publicKey().clone(), key.sealed().clone(), key.made(), key.retired());
    }
}
