package org.pledge.store.memory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;

/** The audit record in the maps of {@link Tables}. */
interface MemoryAudit extends AuditStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void add(TenantId tenant, byte[] content) {
        tables().unit();
        StoredLeaf leaf = new StoredLeaf(tenant, ++tables().lastLeaf, content.clone());
        tables().put(tables().leaves, leaf.id(), leaf);
        tables().put(tables().unchained, leaf.id(), leaf);
    }

    @Override
    default List<StoredLeaf> unchained(TenantId tenant, int limit) {
        return tables().all(tables().unchained)
                .filter(leaf -> leaf.tenant().equals(tenant))
                .limit(limit)
                .map(leaf ->
                        new StoredLeaf(leaf.tenant(), leaf.id(), leaf.content().clone()))
                .toList();
    }

    @Override
    default Optional<Link> lockHead(TenantId tenant) {
        return newest(tenant, 1).stream().findFirst();
    }

    @Override
    default void link(TenantId tenant, List<Link> links) {
        tables().unit();
        TreeMap<Long, Tables.Chained> chain = tables().chains.computeIfAbsent(tenant, any -> new TreeMap<>());
        for (Link link : links) {
            Tables.check(link.position() == chain.size(), "a link must follow the last one");
            StoredLeaf leaf = tables().unchained.get(link.leafId());
            Tables.check(
                    leaf != null && leaf.tenant().equals(tenant), "a link must be of a leaf that waits for its place");
            tables().remove(tables().unchained, link.leafId());
            tables().put(
                            chain,
                            link.position(),
                            new Tables.Chained(link.leafId(), link.chain().clone()));
        }
    }

    @Override
    default List<Link> links(TenantId tenant, long fromPosition, int limit) {
        return links(tenant, chain -> chain.tailMap(fromPosition, true), limit);
    }

    @Override
    default List<Link> newest(TenantId tenant, int limit) {
        return links(tenant, TreeMap::descendingMap, limit);
    }

    private List<Link> links(
            TenantId tenant, Function<TreeMap<Long, Tables.Chained>, Map<Long, Tables.Chained>> part, int limit) {
        tables().unit();
        return part.apply(tables().chains.getOrDefault(tenant, new TreeMap<>())).entrySet().stream()
                .limit(limit)
                .map(entry -> new Link(
                        entry.getKey(),
                        entry.getValue().leafId(),
                        tables().leaves.get(entry.getValue().leafId()).content().clone(),
                        entry.getValue().chain().clone()))
                .toList();
    }

    @Override
    default Set<TenantId> tenants() {
        return tables().all(tables().leaves).map(StoredLeaf::tenant).collect(Collectors.toUnmodifiableSet());
    }
}
