package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.vault.spi.VaultStore;

/** The vault's own record of acts in the maps of {@link VaultTables}. */
interface MemoryVaultEvents extends VaultStore {
    /** Where it is kept. */
    VaultTables tables();

    @Override
    default void addEvent(Event event) {
        tables().units.unit();
        long sequence = ++tables().lastEvent;
        Event kept = new Event(sequence, event.id(), event.token(), event.leaf());
        tables().units.put(tables().events, sequence, kept);
        tables().units.put(tables().unrelayed, sequence, kept);
    }

    @Override
    default List<Event> lockUnrelayed(int limit, Set<TenantId> without) {
        return tables().units
                .all(tables().unrelayed)
                .filter(event -> !without.contains(event.leaf().tenant()))
                .limit(limit)
                .toList();
    }

    @Override
    default void relayed(List<Event> events) {
        events.forEach(event -> tables().units.remove(tables().unrelayed, event.sequence()));
    }

    @Override
    default List<Event> events(TenantId tenant, String token, long before, int limit) {
        return tables().units
                .all(tables().events.headMap(before))
                .filter(event ->
                        event.leaf().tenant().equals(tenant) && event.token().equals(token))
                .sorted(Comparator.comparing(Event::sequence).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    default long count(TenantId tenant, Leaf.Act act, Instant since) {
        return tables().units
                .all(tables().events)
                .map(Event::leaf)
                .filter(leaf -> leaf.tenant().equals(tenant)
                        && leaf.act() == act
                        && !leaf.at().isBefore(since))
                .count();
    }

    @Override
    default int removeEvents(Instant before, int limit) {
        List<Event> old = tables().units
                .all(tables().events)
                .filter(event -> event.leaf().at().isBefore(before)
                        && !tables().unrelayed.containsKey(event.sequence()))
                .limit(limit)
                .toList();
        old.forEach(event -> tables().units.remove(tables().events, event.sequence()));
        return old.size();
    }
}
